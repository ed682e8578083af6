"""Capabilities that workflows may call."""
