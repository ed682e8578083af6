"""The small artifact and inbox of the runtime's tests, and one compiled extractor of made-up bills for all."""

import pytest

from benchmarks.drift import Subject, prepare
from tests.runtime.conftest import factory_home, inbox, registry
from tests.runtime.durable.conftest import house, server

__all__ = ["factory_home", "house", "inbox", "registry", "server", "subject"]


@pytest.fixture(scope="session")
def subject() -> Subject:
    """Learned once: every test gets the same."""
    return prepare(5)
