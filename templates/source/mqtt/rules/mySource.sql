-- Try it with: npx kplug dev --rule rules/mySource.sql
CREATE STREAM mySource_stream () WITH (TYPE="mySource", DATASOURCE="plant/+", FORMAT="json", CONF_KEY="local");
SELECT *, meta(topic) AS topic FROM mySource_stream
