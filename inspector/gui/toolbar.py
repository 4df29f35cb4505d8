"""The toolbar: what is done most, and the switches of the docks."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QToolBar, QWidget

from inspector.gui.actions import Actions
from inspector.gui.widgets import IconButton

_GROUPS = (("open",), ("quantize", "debug-run", "evaluate", "compare"), ("export-c",))
_DOCKS = (
    ("models", "left", "Show or hide the list of models"), ("jobs", "bottom", "Show or hide the jobs"),
    ("details", "right", "Show or hide the details"),
)  # fmt: skip


def toolbar(actions: Actions) -> QToolBar:
    """Groups of actions at the left, the docks' switches at the right."""
    bar = QToolBar("Toolbar")
    bar.setObjectName("Toolbar")
    bar.setMovable(False)
    bar.setFixedHeight(42)
    bar.setIconSize(QSize(16, 16))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    for place, group in enumerate(_GROUPS):
        if place:
            bar.addSeparator()
        for action_id in group:
            bar.addAction(actions[action_id])
    space = QWidget()
    space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(space)
    for name, side, tip in _DOCKS:
        bar.addWidget(IconButton(f"panel-{side}", tip, action=actions[f"panel-{name}"]))
    return bar
