-- Try it with: npx kplug dev --rule rules/mySource.sql
CREATE STREAM mySource_stream () WITH (TYPE="mySource", DATASOURCE="/", FORMAT="json", CONF_KEY="local");
SELECT * FROM mySource_stream
