-- Try it with: npx kplug dev --rule rules/mySource.sql
CREATE STREAM mySource_stream () WITH (TYPE="mySource", DATASOURCE="registers", FORMAT="json", CONF_KEY="local");
SELECT values[0] AS first, values FROM mySource_stream
