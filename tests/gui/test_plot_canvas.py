"""The canvas: draws when matplotlib is there, says so meanwhile, follows the theme, tells what is under the mouse."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from inspector.gui.plot_canvas import DRAWING, Plot, PlotCanvas, loader
from inspector.gui.theme import apply_theme
from inspector.palette import Palette, palette


def draw(figure, colors: Palette) -> None:
    axes = figure.add_subplot()
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 10)
    axes.set_facecolor(colors.sunken)


@pytest.fixture
def canvas(qtbot) -> PlotCanvas:
    made = PlotCanvas("Histogram")
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show()
    qtbot.waitUntil(lambda: loader().loaded, timeout=30_000)
    return made


def show(qtbot, canvas: PlotCanvas, plot: Plot) -> None:
    with qtbot.waitSignal(canvas.drawn, timeout=10_000):
        canvas.show_plot(plot)


def test_until_it_is_drawn_it_says_so(qtbot) -> None:
    made = PlotCanvas("Histogram")
    qtbot.addWidget(made)
    made.show_plot(Plot(draw))
    assert made.message == DRAWING
    qtbot.waitUntil(lambda: made.figure is not None and made.message == "", timeout=30_000)


def test_a_sentence_takes_the_plots_place_and_the_plot_the_sentences(qtbot, canvas) -> None:
    show(qtbot, canvas, Plot(draw))
    canvas.show_message("No values.")
    assert (canvas.message, canvas.figure) == ("No values.", None)
    show(qtbot, canvas, Plot(draw))
    assert canvas.message == ""


def test_a_sentence_right_behind_a_plot_stays(qtbot, canvas) -> None:
    canvas.show_plot(Plot(draw))
    canvas.show_message("No values.")
    qtbot.wait(50)
    assert canvas.message == "No values."


def test_many_plots_in_one_turn_draw_once(qtbot, canvas) -> None:
    count = []
    for _ in range(5):
        canvas.show_plot(Plot(lambda figure, colors: count.append(draw(figure, colors))))
    qtbot.waitUntil(lambda: bool(count))
    qtbot.wait(50)
    assert len(count) == 1


def test_another_theme_draws_again_in_its_colours(qtbot, canvas) -> None:
    app = QApplication.instance()
    apply_theme(app, "light")
    show(qtbot, canvas, Plot(draw))
    try:
        with qtbot.waitSignal(canvas.drawn):
            apply_theme(app, "dark")
        wanted = tuple(int(palette("dark").surface[i : i + 2], 16) / 255 for i in (1, 3, 5))
        assert canvas.figure.get_facecolor()[:3] == pytest.approx(wanted)
    finally:
        apply_theme(app, "light")


def test_screen_readers_hear_name_and_description(qtbot, canvas) -> None:
    show(qtbot, canvas, Plot(draw, description="Histogram of 12 real values"))
    assert canvas.accessibleName() == "Histogram"
    assert canvas.accessibleDescription() == "Histogram of 12 real values"
    canvas.show_message("No values.")
    assert canvas.accessibleDescription() == "No values."


def _at(canvas: PlotCanvas, x: float, y: float) -> QPoint:
    """The pixel of the canvas at a point of its axes."""
    (axes,) = canvas.figure.axes
    left, bottom = axes.transData.transform((x, y))
    return QPoint(round(left), round(canvas.height() - bottom))


def test_the_mouse_gets_a_tooltip_with_numbers_and_a_click_says_where(qtbot, canvas) -> None:
    show(qtbot, canvas, Plot(draw, lambda x, y: f"at {x:.0f}, {y:.0f}"))
    inner = canvas.findChildren(type(canvas._canvas))[0]
    canvas._canvas.draw()
    qtbot.mouseMove(inner, _at(canvas, 5, 2))
    qtbot.waitUntil(lambda: QToolTip.text() == "at 5, 2")
    with qtbot.waitSignal(canvas.clicked) as clicked:
        qtbot.mouseClick(inner, Qt.MouseButton.LeftButton, pos=_at(canvas, 5, 2))
    assert clicked.args == pytest.approx([5, 2], abs=0.2)


def test_no_tooltip_beside_the_axes(qtbot, canvas) -> None:
    show(qtbot, canvas, Plot(draw, lambda _x, _y: "inside"))
    QToolTip.hideText()
    canvas._hover(SimpleNamespace(inaxes=None, guiEvent=None, xdata=None, ydata=None))
    assert QToolTip.text() == ""


def test_the_wheel_over_a_plot_is_left_to_what_it_stands_in(qtbot, canvas) -> None:
    show(qtbot, canvas, Plot(draw))
    down = QWheelEvent(
        QPointF(50, 50), canvas.mapToGlobal(QPointF(50, 50)), QPoint(0, -120), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas._canvas, down)
    assert not down.isAccepted()


def test_copying_puts_a_picture_on_the_clipboard(qtbot, canvas) -> None:
    show(qtbot, canvas, Plot(draw))
    canvas.copy_image()
    picture = QGuiApplication.clipboard().image()
    assert (picture.width(), picture.height()) == (800, 400)
    assert picture.pixelColor(2, 2).name().upper() == palette("light").surface


def test_there_is_no_picture_of_a_sentence(qtbot, canvas) -> None:
    canvas.show_message("No values.")
    assert canvas.image().isNull()


@pytest.mark.parametrize(("suffix", "head"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_a_picture_in_each_kind_of_file(qtbot, canvas, suffix: str, head: bytes) -> None:
    show(qtbot, canvas, Plot(draw))
    before = canvas.figure.dpi
    assert canvas.picture(suffix).startswith(head)
    assert canvas.figure.dpi == before


def test_a_resized_canvas_fills_itself(qtbot, canvas) -> None:
    show(qtbot, canvas, Plot(draw))
    canvas.resize(700, 300)
    qtbot.waitUntil(lambda: canvas.figure.bbox.width == pytest.approx(700 * canvas.devicePixelRatio()))
