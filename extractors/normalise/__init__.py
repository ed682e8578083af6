"""Printed forms to canonical values."""
