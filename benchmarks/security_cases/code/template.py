"""A template."""

import json

from extractors.candidate import Candidate
from extractors.fields import addresses, booleans, dates, enums, identifiers, money, numbers, parties, texts
from extractors.layout import page_index
from extractors.pattern import contains
from extractors.table import item_rows
from datetime import date, timedelta
from decimal import Decimal
from ocr.document import Document
from templates.workflows.collect import field_functions

FIELDS = field_functions(globals())
