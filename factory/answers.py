"""Inside the sandbox: what an artifact answers for documents, as it is deployed."""

import json
from collections.abc import Callable

from ocr.document import Document
from runtime.artifact import Artifact
from runtime.load import is_workflow, load_artifact, load_workflow
from runtime.local import run
from runtime.workflow_read import read_all
from runtime.workflow_run import decide

Answer = Callable[[Document], dict[str, str | None]]


def answers(payload: bytes) -> bytes:
    """`{"files", "documents"}` to a list of `{field: value or null}`, one a document, both JSON."""
    request = json.loads(payload)
    artifact = Artifact({name: text.encode() for name, text in request["files"].items()})
    answer = _of_workflow(artifact) if is_workflow(artifact) else _of_document(artifact)
    return json.dumps([answer(Document.from_json(text)) for text in request["documents"]]).encode()


def _of_document(artifact: Artifact) -> Answer:
    loaded = load_artifact(artifact)
    return lambda document: {name: one.value for name, one in run(loaded, document).record.fields.items()}


def _of_workflow(artifact: Artifact) -> Answer:
    """The values that were read, and under the name of the deciding step what was decided on them."""
    loaded = load_workflow(artifact)

    def answer(document: Document) -> dict[str, str | None]:
        recorded = read_all(loaded, document)
        values = {name: one.value for name, one in recorded.items()}
        return {**values, loaded.plan.decision: decide(loaded, recorded).decision}

    return answer
