"""Functions: a JSON Schema and example utterances become a parser from utterances to checked calls."""
