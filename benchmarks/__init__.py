"""Measures this system and others, on data by path."""
