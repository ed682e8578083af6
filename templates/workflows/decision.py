"""A compiled workflow: narrow functions that read, check and decide; `workflow.json` says in which order.

Everything outside the two marker lines is a trusted template. What stands between them was generated, and has passed
the four gates; each rule is proven to say what its spec says. It may call only what is imported here.
"""

import datetime
from decimal import Decimal
from fractions import Fraction

from extractors.candidate import Candidate
from extractors.clinical import conditions, measures, trials
from extractors.fields import addresses, booleans, dates, enums, identifiers, money, numbers, parties, texts
from extractors.pattern import contains, find, find_all, matches
from ocr.document import Document
from templates.workflows.logic import (
    REVIEW,
    UNDECIDED,
    Day,
    Number,
    Outcome,
    Truth,
    above,
    all_of,
    any_of,
    at_least,
    at_most,
    below,
    both,
    day,
    either,
    holds,
    mentions,
    minus,
    missing,
    negated,
    over,
    own_functions,
    plus,
    same,
    settled,
    times,
)

# --- generated functions begin ---
# --- generated functions end ---

FUNCTIONS = own_functions(globals())
