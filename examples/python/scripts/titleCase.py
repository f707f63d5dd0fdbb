# Reads one JSON array of arguments a line, and writes one JSON object a line.
import json
import sys


def compute(text):
    return text.title()


for line in sys.stdin:
    try:
        answer = {"result": compute(*json.loads(line))}
    except Exception as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
