"""Executes artifacts: verified, audited, idempotent. Never imports the compiler."""
