-- Try it with: npx kplug dev --rule rules/myFunction.sql
CREATE STREAM myFunction_stream () WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json");
SELECT myFunction("hello world") AS text FROM myFunction_stream
