"""The command line and the window, for what goes wrong around them."""

from tests.cli.conftest import cli as cli
from tests.gui.conftest import session as session
from tests.gui.conftest import window as window
