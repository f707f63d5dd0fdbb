-- Try it with: npx kplug dev --rule rules/predict.sql
CREATE STREAM predict_stream () WITH (TYPE="simulator", DATASOURCE="x", FORMAT="json");
SELECT predict(temperature, humidity) AS prediction FROM predict_stream
