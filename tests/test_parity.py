"""What the window does the command line does too, under the same name."""

from inspector.cli import COMMANDS
from inspector.gui.actions import ACTIONS, GUI_ONLY

CLI_ONLY = frozenset({"suggest", "ranges"})  # parts of the Debugger tab


def test_actions_and_commands_are_the_same() -> None:
    ids = {row.id for row in ACTIONS}
    assert ids >= GUI_ONLY, "an exception that is no action hides nothing"
    assert ids - GUI_ONLY == set(COMMANDS) - CLI_ONLY


def test_no_two_actions_share_a_key() -> None:
    keys = [row.shortcut for row in ACTIONS if row.shortcut]
    assert len(keys) == len(set(keys))
