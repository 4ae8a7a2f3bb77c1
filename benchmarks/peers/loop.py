"""The loop that everyone writes first: PyYAML reads each file, jsonschema holds it against a schema.

python loop.py SCHEMA.json FILE…
"""

import json
import sys

import jsonschema
import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    validator = jsonschema.Draft7Validator(json.load(file))
faults = 0
for name in sys.argv[2:]:
    with open(name, "rb") as file:
        report = yaml.load(file, Loader=yaml.CSafeLoader)
    for error in validator.iter_errors(json.loads(json.dumps(report, default=str))):
        faults += 1
        print(f"{name}: {error.json_path}: {error.message[:200]}")
sys.exit(1 if faults else 0)
