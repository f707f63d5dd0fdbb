-- Try it with: npx kplug dev --rule rules/modbusDevice.sql
CREATE STREAM modbusDevice_stream () WITH (TYPE="modbusDevice", DATASOURCE="registers", FORMAT="json", CONF_KEY="local");
SELECT values[0] AS first, values FROM modbusDevice_stream
