"""Everything that compiled code may call: typed proposers, layout, ranking, confidence, line items."""
