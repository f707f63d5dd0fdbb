-- Try it with: npx kplug dev --rule rules/httpPoll.sql
CREATE STREAM httpPoll_stream () WITH (TYPE="httpPoll", DATASOURCE="/", FORMAT="json", CONF_KEY="local");
SELECT * FROM httpPoll_stream
