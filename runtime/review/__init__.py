"""The queue of doubtful fields that people settle."""
