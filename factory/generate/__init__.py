"""Writers of extraction functions."""
