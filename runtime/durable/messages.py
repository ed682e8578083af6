"""What crosses Temporal: references, hashes and counts. A document, its text and its record stay in the claim store.

Workflow code imports this module, so it imports nothing but the standard library.
"""

from dataclasses import dataclass, field

HOURS_72 = 72 * 3600.0
DAYS_7 = 7 * 24 * 3600.0
REVIEW_UPDATE = "review_decision"
"""Name of DocumentWorkflow's update; its argument is a `ReviewDecision`, its result the number of items still open."""
DECISIONS = ("accept", "correct", "reject")
SPENT = "the batch's tokens are spent or set aside; raise its budget, or let people decide"


@dataclass(frozen=True)
class Timing:
    """The activity policy of an artifact's template (`templates.workflows.durable`), in seconds."""

    start_to_close: float = 300.0
    heartbeat: float = 15.0
    """0: none is asked for."""
    attempts: int = 10
    first_retry: float = 1.0
    longest_retry: float = 60.0


@dataclass(frozen=True)
class DocumentInput:
    """One document for one artifact, pinned by address. `position` counts the batch's documents from 0."""

    url: str
    artifact: str
    name: str
    batch: str
    position: int = 0
    parent: str | None = None
    """Workflow that is told when the record is in the store."""
    climb: bool = False
    """Whether doubtful fields climb the ladder before a person sees them."""
    shadow: str | None = None
    """Address of an artifact that runs too, and whose differences are only recorded."""
    timing: Timing = field(default_factory=Timing)
    review_seconds: float = HOURS_72
    """A review that is not done by then is escalated."""
    escalation_seconds: float = DAYS_7
    """Counted from the start of the review: then the workflow ends, and the items stay open in the queue."""
    together: bool = False
    """Whether one activity reads, extracts and stores; else each step has an activity on its own queue."""
    held_back: str = ""
    """Why it may not climb though its batch does: `budget`."""

    def reason_of(self, doubtful: int) -> tuple[str, str]:
        """Why so many doubtful fields were not asked about, and what to do; empty where nothing held them back."""
        return (self.held_back, SPENT) if doubtful and self.held_back else ("", "")


@dataclass(frozen=True)
class Reference:
    """A document in the claim store."""

    sha256: str
    suffix: str
    size: int


@dataclass(frozen=True)
class ExtractInput:
    """What an artifact's activity gets: a document in the claim store; without one, a source to do all steps for."""

    document: Reference | None = None
    source: DocumentInput | None = None


@dataclass(frozen=True)
class Persisted:
    """`kind`: recorded, known, duplicate or failed. `items`: ids of the record's open review items."""

    kind: str
    record: str | None = None
    items: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Extracted:
    """How many fields are doubtful, and where the extraction lies in the claim store.

    After all steps together: what is `kept`; or, where a step is left to do, the `document` in the claim store.
    """

    claim: str
    doubtful: int
    tokens: int = 0
    document: Reference | None = None
    kept: Persisted | None = None


@dataclass(frozen=True)
class PersistInput:
    """An extraction to record, or (`claim` None) the reason why there is none."""

    source: DocumentInput
    document: str | None = None
    claim: str | None = None
    reason: str = ""
    message: str = ""
    tokens: int = 0


@dataclass(frozen=True)
class CompareInput:
    """Two extractions of the same document, by the stable artifact and by its shadow."""

    name: str
    document: str
    stable: str
    stable_claim: str
    shadow: str
    shadow_claim: str


@dataclass(frozen=True)
class ReviewDecision:
    """A person's decision on one open item. `text` is the right value, for `correct` only."""

    item: str
    decision: str
    actor: str
    text: str | None = None


@dataclass(frozen=True)
class Note:
    """Something people should know; ids only. `kind`: review, escalated, expired, failed, withdrawn."""

    kind: str
    subjects: list[str]


@dataclass(frozen=True)
class DocumentOutcome:
    """How a document ended. `review`: none, done, expired."""

    position: int
    kind: str
    record: str | None = None
    reason: str = ""
    tokens: int = 0
    review: str = "none"
    escalated: bool = False


@dataclass(frozen=True)
class DocumentState:
    """Answer of the `state` query."""

    stage: str
    open_items: list[str]
    escalated: bool


@dataclass(frozen=True)
class BatchInput:
    """A batch of `total` documents, listed in `manifest` in the claim store.

    `offset` and what follows it change while it runs.
    """

    batch: str
    name: str
    manifest: str
    total: int
    window: int = 50
    """Documents at work at one time."""
    page: int = 200
    """Documents a run starts at most before it continues as new, which bounds its history."""
    climb: bool = False
    token_budget: int | None = None
    """Tokens that the batch may spend; then documents stop climbing."""
    reserve: int = 0
    """The most tokens that a document may take: so much is set aside for each that may climb, until it is done."""
    quiet_seconds: float = 600.0
    """Where nothing is heard for so long, the documents at work are looked after."""
    review_seconds: float = HOURS_72
    escalation_seconds: float = DAYS_7
    together: bool = False
    offset: int = 0
    in_flight: list[int] = field(default_factory=list)
    climbing: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    failures: list[tuple[int, str]] = field(default_factory=list)
    """Position and reason of failed documents, the first `MAX_FAILURES`; all of them are in the store."""
    tokens: int = 0
    paused: bool = False


MAX_FAILURES = 1000


@dataclass(frozen=True)
class StartInput:
    """Documents of a batch to start: `count` of them from `offset` on, on the task queue `queue`."""

    batch: BatchInput
    offset: int
    count: int
    climb: bool
    parent: str
    queue: str


@dataclass(frozen=True)
class EndedInput:
    """Documents that a batch has not heard of for long."""

    batch: BatchInput
    positions: list[int]


@dataclass(frozen=True)
class CloseInput:
    """A batch that ended: `finished`, or `interrupted` where it was cancelled."""

    batch: str
    name: str
    state: str


@dataclass(frozen=True)
class BatchProgress:
    """Answer of the `progress` query and result of the batch."""

    total: int
    started: int
    in_flight: int
    counts: dict[str, int]
    failures: list[tuple[int, str]]
    tokens: int
    paused: bool
    cancelled: bool = False


@dataclass(frozen=True)
class IntakeInput:
    """An inbox that a schedule takes in."""

    inbox: str
    name: str


@dataclass(frozen=True)
class DecisionInput:
    """A case for a workflow artifact, and the legal deadlines that run from its receipt.

    With `urgency` they are those of `templates.blocks.deadlines`, `escalation` and `due`; else `deadlines` in seconds.
    """

    case: DocumentInput
    deadlines: dict[str, float] = field(default_factory=lambda: {"decision": HOURS_72})
    urgency: str | None = None
    """`expedited`: 72 hours; `standard`: 7 calendar days."""
    received: str | None = None
    """ISO 8601 with its offset; None: when the workflow began."""
    zone: str = "UTC"
    """Where the plan decides, an IANA name."""


@dataclass(frozen=True)
class DecisionOutcome:
    """The record, and the deadlines that passed before it was decided."""

    kind: str
    record: str | None
    missed: list[str]
    reason: str = ""
