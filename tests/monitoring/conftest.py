"""The small artifact and inbox of the runtime's tests."""

from tests.runtime.conftest import factory_home, inbox, registry

__all__ = ["factory_home", "inbox", "registry"]
