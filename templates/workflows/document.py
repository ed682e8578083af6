"""A compiled document reader: one narrow function a field, each proposing candidates.

Everything outside the two marker lines is a trusted template. What stands between them was generated, and has passed
the four gates; it may call only what is imported here.
"""

from templates.workflows.collect import field_functions, line_item_function

# --- generated functions begin ---
# --- generated functions end ---

FIELDS = field_functions(globals())
LINE_ITEMS = line_item_function(globals())
