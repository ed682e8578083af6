"""Gates: every verdict is a `Finding`."""
