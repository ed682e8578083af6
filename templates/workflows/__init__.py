"""Workflow templates: real Python with one marked hole."""
