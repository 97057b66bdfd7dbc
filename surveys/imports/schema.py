"""The form of the documents that describe survey files, as a JSON schema."""

import json
from pathlib import Path
from typing import Any

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "survey.schema.json").read_text(encoding="utf-8"))
