"""A compiled document reader: one narrow function a field, each proposing candidates.

Everything outside the two marker lines is a trusted template. What stands between them was generated, and has passed
the four gates; it may call only what is imported here.
"""

import datetime
from decimal import Decimal

from extractors.candidate import Candidate
from extractors.clinical import conditions, measures, trials
from extractors.fields import addresses, booleans, dates, enums, identifiers, money, numbers, parties, texts
from extractors.pattern import contains, find, find_all, matches
from extractors.table import item_rows
from ocr.document import Document
from templates.workflows.collect import field_functions, line_item_function
from templates.workflows.durable import ActivityPolicy

# --- generated functions begin ---
# --- generated functions end ---

FIELDS = field_functions(globals())
LINE_ITEMS = line_item_function(globals())
ACTIVITY = ActivityPolicy()
