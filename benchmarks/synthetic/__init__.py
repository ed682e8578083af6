"""A generator of realistic documents with known truth."""
