"""Thin Temporal shells over the functions that run locally: durable, on many machines, documents by reference."""
