-- Try it with: npx kplug dev --rule rules/titleCase.sql
CREATE STREAM titleCase_stream () WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json");
SELECT titleCase("hello world") AS text FROM titleCase_stream
