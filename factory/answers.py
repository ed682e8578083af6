"""Inside the sandbox: what an artifact answers for documents, as it is deployed."""

import json

from ocr.document import Document
from runtime.artifact import Artifact
from runtime.load import load_artifact
from runtime.local import run


def answers(payload: bytes) -> bytes:
    """`{"files", "documents"}` to a list of `{field: value or null}`, one a document, both JSON."""
    request = json.loads(payload)
    loaded = load_artifact(Artifact({name: text.encode() for name, text in request["files"].items()}))
    found = []
    for text in request["documents"]:
        record = run(loaded, Document.from_json(text)).record
        found.append({name: value.value for name, value in record.fields.items()})
    return json.dumps(found).encode()
