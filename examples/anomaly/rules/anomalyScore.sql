-- Try it with: npx kplug dev --rule rules/anomalyScore.sql
CREATE STREAM anomalyScore_stream () WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json");
SELECT temperature, anomalyScore(temperature) AS score FROM anomalyScore_stream
