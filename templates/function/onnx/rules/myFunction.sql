-- Try it with: npx kplug dev --rule rules/myFunction.sql
CREATE STREAM myFunction_stream () WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json");
SELECT myFunction(temperature, humidity) AS prediction FROM myFunction_stream
