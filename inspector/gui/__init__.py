"""The window: Qt only here. `session` remembers, `main_window` arranges, panels show, functions elsewhere compute."""

import builtins

_plain_import = builtins.__import__

# PySide6 puts an import function of its own in place, for `from __feature__ import snake_case`. It reads the source of
# every module that is imported later, a sixth of the time until the window is there. Nothing here uses the feature.
import PySide6.QtCore  # noqa: E402, F401

builtins.__import__ = _plain_import
