"""Validates the SARIF log on the standard input against the schema of OASIS."""

import json
import pathlib
import sys

installed = pathlib.Path(__file__).parent / "installed"
sys.path.insert(0, str(installed))

import fastjsonschema

schema = json.loads((installed / "sarif-schema-2.1.0.json").read_text())
assert schema["properties"]["version"]["enum"] == ["2.1.0"], "this is another schema"
try:
    fastjsonschema.compile(schema)(json.load(sys.stdin))
except fastjsonschema.JsonSchemaException as error:
    sys.exit(str(error))
