"""Reading: a file becomes a `Document`, pages of words with boxes."""
