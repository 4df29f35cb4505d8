"""The command line and the window, for files that are out to do harm."""

from tests.cli.conftest import cli as cli
from tests.gui.conftest import window as window
