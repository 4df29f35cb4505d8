"""The tabs in the middle: a table of them, and the widget that makes each panel when its tab is first shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QFrame,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from inspector.gui.session import OpenModel, Session
from inspector.gui.widgets import line


class Panel(Protocol):
    """What every panel can do."""

    def set_model(self, open_model: OpenModel | None) -> None: ...


def _overview(session: Session) -> QWidget:
    from inspector.gui.panels.overview import OverviewPanel

    return OverviewPanel(session)


def _tensors(session: Session) -> QWidget:
    from inspector.gui.panels.tensors import TensorsPanel

    return TensorsPanel(session)


def _operators(session: Session) -> QWidget:
    from inspector.gui.panels.operators import OperatorsPanel

    return OperatorsPanel(session)


def _weights(session: Session) -> QWidget:
    from inspector.gui.panels.weights import WeightsPanel

    return WeightsPanel(session)


def _values(session: Session) -> QWidget:
    from inspector.gui.panels.values import ValuesPanel

    return ValuesPanel(session)


def _compare(session: Session) -> QWidget:
    from inspector.gui.panels.compare import ComparePanel

    return ComparePanel(session)


def _debugger(session: Session) -> QWidget:
    from inspector.gui.panels.debugger import DebuggerPanel

    return DebuggerPanel(session)


def _try_it(session: Session) -> QWidget:
    from inspector.gui.panels.try_it import TryItPanel

    return TryItPanel(session)


def _results(session: Session) -> QWidget:
    from inspector.gui.panels.results import ResultsPanel

    return ResultsPanel(session)


@dataclass(frozen=True, slots=True)
class Tab:
    """`id` is the tab's action and, where there is one, the command that gives the same on the command line.

    `details`: whether the Details dock stands beside it until the user decides otherwise; `icon`: of its action;
    `alone`: whether it shows something without a model.
    """

    id: str
    title: str
    tip: str
    make: Callable[[Session], QWidget]
    details: bool = False
    icon: str = ""
    alone: bool = False


TABS: tuple[Tab, ...] = (
    Tab("show", "Overview", "What it is, how it is quantized, where the bytes are", _overview),
    Tab("tensors", "Tensors", "Every tensor, by type, by kind or flat", _tensors, details=True),
    Tab("operators", "Operators", "Every operator in order, with its options", _operators, details=True),
    Tab("weights", "Weights", "How the values of each weight tensor are distributed", _weights),
    Tab("values", "Values", "The numbers of the selected tensor", _values),
    Tab(
        "compare", "Compare", "Variants side by side: what each quantized, how far off it is", _compare, icon="compare"
    ),
    Tab("debug", "Debugger", "Which layers lose most, and what leaving them float buys", _debugger),
    Tab("results", "Results", "Models and schemes in one table: scores, bytes, what differs", _results, alone=True),
    Tab("run", "Try It", "One sample through the models: what each answers, what an activation held", _try_it),
)
TAB_IDS = tuple(tab.id for tab in TABS)


class TabArea(QWidget):
    """A tab bar above the panel that is shown. A panel gets the current model when it comes into sight, not before."""

    shown = Signal(str)  # the tab's id
    status_changed = Signal()  # of the panel in sight: its `status_text`

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._panels: dict[str, QWidget] = {}
        self._given: dict[str, OpenModel | None] = {}
        self.bar = QTabBar()
        self.bar.setAccessibleName("Tabs")
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        for place, tab in enumerate(TABS):
            self.bar.addTab(tab.title)
            self.bar.setTabToolTip(place, f"{tab.tip} (Ctrl+{place + 1})")
        self._enable(False)
        self.stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(_bar_row(self.bar))
        column.addWidget(line())
        column.addWidget(self.stack, 1)
        self.bar.currentChanged.connect(lambda _place: self._show_current())
        session.current_changed.connect(self._model_changed)

    @property
    def current(self) -> str:
        return TABS[max(0, self.bar.currentIndex())].id

    def show_tab(self, tab_id: str) -> None:
        """Brings a tab into sight; an unknown id shows the first."""
        place = TAB_IDS.index(tab_id) if tab_id in TAB_IDS else 0
        if place == self.bar.currentIndex():
            self._show_current()
        self.bar.setCurrentIndex(place)
        if (panel := self.panel) is not None:
            _keyboard_target(panel).setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def panel(self) -> QWidget | None:
        """The panel in sight, None before the first is made."""
        return self._panels.get(self.current)

    @property
    def status_text(self) -> str:
        """What the panel in sight has to say while nothing is selected; "" for most."""
        return str(getattr(self.panel, "status_text", ""))

    def _model_changed(self, open_model: OpenModel | None) -> None:
        keras = open_model is not None and open_model.model.is_keras
        self.bar.setTabText(TAB_IDS.index("operators"), "Layers" if keras else "Operators")
        self._enable(open_model is not None)
        for tab_id, panel in self._panels.items():
            if open_model is None or tab_id != self.current:
                self._give(tab_id, panel, None)  # out of sight: a selection of the new model must not meet the old one
        if open_model is None:
            return
        if self.isVisible() or self._panels:
            self._show_current()

    def _enable(self, with_model: bool) -> None:
        for place, tab in enumerate(TABS):
            self.bar.setTabEnabled(place, tab.alone or with_model)

    def _show_current(self) -> None:
        tab = TABS[self.bar.currentIndex()]
        panel = self._panels.get(tab.id)
        if panel is None:
            panel = self._panels[tab.id] = tab.make(self._session)
            self._given[tab.id] = None
            self.stack.addWidget(panel)
            if hasattr(panel, "status_changed"):
                panel.status_changed.connect(self.status_changed)
        self.stack.setCurrentWidget(panel)
        self._give(tab.id, panel, self._session.current)
        self.shown.emit(tab.id)

    def _give(self, tab_id: str, panel: QWidget, open_model: OpenModel | None) -> None:
        if self._given[tab_id] is open_model:
            return
        self._given[tab_id] = open_model
        cast(Panel, panel).set_model(open_model)
        if open_model is not None and (self._session.selection.tensors or self._session.selection.operators):
            self._session.selection_changed.emit(self._session.selection)


def _keyboard_target(panel: QWidget) -> QWidget:
    """What the arrow keys should move in: the panel's first table or scroll area."""
    if panel.focusProxy() is not None or isinstance(panel, QAbstractScrollArea):
        return panel
    found = panel.findChild(QAbstractItemView)
    return found if isinstance(found, QAbstractItemView) else panel


def _bar_row(bar: QTabBar) -> QFrame:
    row = QFrame()
    row.setProperty("ground", "window")
    column = QVBoxLayout(row)
    column.setContentsMargins(8, 0, 8, 0)
    column.addWidget(bar)
    row.setFixedHeight(36)
    return row
