"""The parts of table reading: numbers in rows, header rows, features and weights of the line-item reader."""
