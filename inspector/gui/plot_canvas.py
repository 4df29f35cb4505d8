"""The one bridge from plots/ to Qt: a widget that shows a drawing, its tooltips, and saves and copies it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QFontInfo, QGuiApplication, QImage, QWheelEvent
from PySide6.QtWidgets import QLabel, QMenu, QStackedLayout, QToolTip, QWidget

from inspector.gui.background import Task, run_in_background
from inspector.gui.theme import current_palette, theme_signals, ui_font
from inspector.gui.tooltips import plain_tip
from inspector.palette import Palette
from inspector.palette import palette as light_or_dark

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWING = "Drawing..."


@dataclass(frozen=True, slots=True)
class Plot:
    """What a canvas shows. `draw(figure, palette)` fills an empty figure; `describe(x, y)` says what stands at a
    point of the axes, for the tooltip, "" for nothing; `description` says the whole in words, for screen readers.
    `describe_in(place, x, y)` is asked instead where there are several axes: `place` is theirs in the figure."""

    draw: "Callable[[Figure, Palette], object]"
    describe: Callable[[float, float], str] = lambda _x, _y: ""
    description: str = ""
    describe_in: Callable[[int, float, float], str] | None = None


class PlotCanvas(QWidget):
    """Shows a `Plot`, or a sentence. matplotlib is loaded in the background when the first canvas is made."""

    clicked = Signal(float, float)  # in the units of the axes
    clicked_in = Signal(int, float, float)  # the same, and which axes of the figure
    drawn = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._name = name
        self._plot: Plot | None = None
        self._canvas: Any = None
        self._wanted = QTimer(self, singleShot=True, interval=0)
        self._wanted.timeout.connect(self._draw)
        self._message = QLabel()
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setProperty("tone", "dim")
        self._message.setWordWrap(True)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._message)
        self._menu_actions: list[QAction] = []
        theme_signals().changed.connect(self._redraw)
        loader().ready.connect(self._redraw)
        loader().start()

    @property
    def plot(self) -> Plot | None:
        return self._plot

    @property
    def figure(self) -> "Figure | None":
        """What is drawn; None before the first drawing and while a sentence is shown."""
        return self._canvas.figure if self._canvas is not None and self._plot is not None else None

    @property
    def message(self) -> str:
        """The sentence that is shown instead of a plot; "" while there is a plot."""
        return self._message.text() if self._stack.currentWidget() is self._message else ""

    def show_plot(self, plot: Plot) -> None:
        """Draws `plot` as soon as there is time; several calls in one turn draw once."""
        self._plot = plot
        self.setAccessibleDescription(plot.description)
        if self._canvas is None:
            self._say(DRAWING)
        self._redraw()

    def show_message(self, sentence: str) -> None:
        self._plot = None
        self._wanted.stop()
        self.setAccessibleDescription(sentence)
        self._say(sentence)

    def add_menu_action(self, text: str, act: Callable[[], object]) -> None:
        """A row of the context menu below "Copy Image"."""
        action = QAction(text, self)
        action.triggered.connect(lambda: act())
        self._menu_actions.append(action)

    def copy_image(self) -> None:
        """Puts the plot on the clipboard as a picture."""
        QGuiApplication.clipboard().setImage(self.image())

    def image(self) -> QImage:
        """The plot as a picture at twice the screen's density; an empty one while a sentence is shown."""
        return QImage.fromData(self.picture("png")) if self.figure is not None else QImage()

    def picture(self, suffix: str) -> bytes:
        """The plot, as large as it is on screen, as the bytes of a "png", "svg" or "pdf" file."""
        from inspector.plots.style import figure_bytes, new_figure

        assert self._plot is not None
        palette = current_palette()
        figure = new_figure(palette, self.width(), self.height())
        self._plot.draw(figure, palette)
        return figure_bytes(figure, suffix)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._plot is None:
            return
        menu = QMenu(self)
        menu.addAction("Copy Image", self.copy_image)
        menu.addActions(self._menu_actions)
        menu.exec(event.globalPos())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    def sizeHint(self) -> QSize:
        return QSize(480, 220)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._redraw()
        super().changeEvent(event)

    def _say(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._stack.setCurrentWidget(self._message)

    def _redraw(self) -> None:
        if self._plot is not None and loader().loaded:
            self._wanted.start()

    def _draw(self) -> None:
        if self._plot is None:
            return
        if self._canvas is None:
            self._canvas = _canvas_class()(self)
            self._stack.addWidget(self._canvas)
            self._canvas.mpl_connect("motion_notify_event", self._hover)
            self._canvas.mpl_connect("figure_leave_event", lambda _event: QToolTip.hideText())
            self._canvas.mpl_connect("button_press_event", self._press)
        palette = current_palette()
        figure = self._canvas.figure
        figure.clear()
        figure.set_facecolor(palette.surface)
        self._plot.draw(figure, palette)
        self._canvas.draw_idle()
        self._stack.setCurrentWidget(self._canvas)
        self.drawn.emit()

    def _hover(self, event: Any) -> None:
        text = ""
        if self._plot is not None and event.inaxes is not None:
            if self._plot.describe_in is not None:
                text = self._plot.describe_in(self._axes_place(event), event.xdata, event.ydata)
            else:
                text = self._plot.describe(event.xdata, event.ydata)
        if text and event.guiEvent is not None:
            QToolTip.showText(event.guiEvent.globalPosition().toPoint(), plain_tip(text), self._canvas)
        else:
            QToolTip.hideText()

    def _press(self, event: Any) -> None:
        if event.inaxes is not None and event.button == 1:
            self.clicked.emit(float(event.xdata), float(event.ydata))
            self.clicked_in.emit(self._axes_place(event), float(event.xdata), float(event.ydata))

    def _axes_place(self, event: Any) -> int:
        axes = list(self._canvas.figure.axes)
        return axes.index(event.inaxes) if event.inaxes in axes else 0


class Loader(QObject):
    """Loads matplotlib in a thread: it takes a second, in which the window stays alive."""

    ready = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.loaded = False
        self._task: Task | None = None

    def start(self) -> None:
        if self._task is None or (self._task.cancelled and not self.loaded):  # stopped with everything else
            self._task = run_in_background(lambda _progress: _load(), lambda _result: self._loaded())

    def _loaded(self) -> None:
        from inspector.plots.style import use_font

        use_font(QFontInfo(ui_font()).family())
        self.loaded = True
        self.ready.emit()


@cache
def loader() -> Loader:
    return Loader()


def _load() -> None:
    """Imports what drawing needs and draws once: the first time costs a quarter of a second more than the next."""
    import matplotlib.backends.backend_qtagg  # noqa: F401  the slow one
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from inspector.plots.channel_plot import ChannelPlot
    from inspector.plots.histogram_plot import HistogramPlot
    from inspector.plots.style import new_figure
    from inspector.plots.weights import draw_channel_ranges, draw_histogram

    colors, ends = light_or_dark("light"), np.array([-1.0, 0.0, 1.0])
    figure = new_figure(colors, 200, 100)
    draw_histogram(
        figure.add_subplot(1, 2, 1), HistogramPlot("", "INT8", ends, np.array([1, 2]), 0, 1, (-1, 1)), colors
    )
    draw_channel_ranges(figure.add_subplot(1, 2, 2), ChannelPlot("", "INT8", 0, -ends, ends, ends, ends), colors)
    FigureCanvasAgg(figure).draw()


@cache
def _canvas_class() -> type:
    """matplotlib's canvas, which scrolls what it stands in and draws names in any script."""
    from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg

    from inspector.plots.style import new_figure, no_glyph_warnings

    class Canvas(FigureCanvasQTAgg):
        def __init__(self, owner: PlotCanvas) -> None:
            super().__init__(new_figure(current_palette(), max(owner.width(), 100), max(owner.height(), 60)))
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

        def draw(self) -> None:
            with no_glyph_warnings():
                super().draw()

        def wheelEvent(self, event: QWheelEvent) -> None:
            event.ignore()

        def contextMenuEvent(self, event: QContextMenuEvent) -> None:
            event.ignore()

        def keyPressEvent(self, event: Any) -> None:
            event.ignore()

    return Canvas
