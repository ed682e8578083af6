"""Compiled functions: one narrow function a parameter, each proposing spans of an utterance.

Everything outside the two marker lines is a trusted template. What stands between them was generated, and has passed
the four gates; it may call only what is imported here.
"""

from extractors.pattern import contains, find, find_all, matches
from extractors.utterance import (
    Span,
    Utterance,
    addresses,
    anchored,
    booleans,
    chosen,
    cities,
    clocks,
    codes,
    currencies,
    dates,
    enums,
    floats,
    frequencies,
    implied,
    integers,
    lists,
    literals,
    matched,
    measures,
    money,
    names,
    phrases,
    quoted,
    texts,
    times,
    units,
)
from templates.workflows.collect import parameter_functions

# --- generated functions begin ---
# --- generated functions end ---

PARAMETERS = parameter_functions(globals())
