-- Try it with: npx kplug dev --rule rules/mqttTopic.sql
CREATE STREAM mqttTopic_stream () WITH (TYPE="mqttTopic", DATASOURCE="plant/+", FORMAT="json", CONF_KEY="local");
SELECT *, meta(topic) AS topic FROM mqttTopic_stream
