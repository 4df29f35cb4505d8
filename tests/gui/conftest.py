"""What the tests of the window share."""

import pytest

from inspector.gui.session import OpenModel, Session
from tests.gui.fakes import open_in, small_model


@pytest.fixture
def session() -> Session:
    """A session with nothing open."""
    return Session()


@pytest.fixture
def opened(session: Session) -> OpenModel:
    """A small model, open and current."""
    return open_in(session, small_model())
