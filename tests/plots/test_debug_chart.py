"""The Debugger's chart: bars at their operators, marks over them, guides with words, a legend, numbers as CSV."""

import time

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex

from inspector.analysis.debug_columns import METRICS
from inspector.plots.debug_chart import debug_figure, draw_debug, legend_entries
from inspector.plots.debug_plot import DebugPanel, DebugPlot, LayerSeries, debug_plot
from inspector.plots.style import figure_bytes, new_figure
from tests.debugged import STEPS, layer, result
from tests.plots.pictures import DARK, LIGHT, texts


def panel(title: str = "net", **more) -> DebugPanel:
    return DebugPanel(title, LayerSeries("local", result().local), **more)


def drawn(plot: DebugPlot, palette=LIGHT):
    figure = new_figure(palette, 900, 300)
    draw_debug(figure, plot, palette)
    figure.draw_without_rendering()
    return figure.axes


def bars(axes) -> list[tuple[float, float]]:
    """(middle, top) of each bar."""
    found = []
    for collection in axes.collections:
        if isinstance(collection, PolyCollection):
            for path in collection.get_paths():
                corners = path.vertices
                found.append((float(corners[:4, 0].mean()), float(corners[:, 1].max())))
    return found


def test_each_bar_stands_at_its_operator_as_high_as_its_number() -> None:
    (axes,) = drawn(debug_plot([panel()], "rmse_over_scale"))
    found = dict(bars(axes))
    assert found == pytest.approx({1: 0.29, 4: 0.25, 5: 5.74, 6: 0.26}), "an error of 0 has no bar"


def test_bars_have_their_operator_s_colour() -> None:
    (axes,) = drawn(debug_plot([panel()], "rmse_over_scale"), DARK)
    colors = [to_hex(color).upper() for color in axes.collections[0].get_facecolors()]
    assert colors == [DARK.operator_color(name).upper()
                      for name in ("CONV_2D", "FULLY_CONNECTED", "FULLY_CONNECTED", "SOFTMAX")]  # fmt: skip


def test_the_guides_are_written_and_the_guilty_bar_says_how_high_it_is() -> None:
    (axes,) = drawn(debug_plot([panel()], "rmse_over_scale"))
    words = texts(axes)
    assert {"0.7 suspicious", "0.2887 ideal", "5.74"} <= set(words)


def test_guides_that_nearly_touch_do_not_write_over_each_other() -> None:
    (axes,) = drawn(debug_plot([panel()], "rmse_over_scale"))
    boxes = [text.get_window_extent() for text in axes.texts if text.get_text() in ("0.7 suspicious", "0.2887 ideal")]
    assert not boxes[0].overlaps(boxes[1])


@pytest.mark.parametrize("metric", [each.key for each in METRICS])
@pytest.mark.parametrize("log", [False, True])
def test_every_metric_can_be_drawn(metric: str, log: bool) -> None:
    axes = drawn(debug_plot([panel(), panel("other")], metric, log))
    assert len(axes) == 2 and axes[0].get_ylim() == axes[1].get_ylim()


def test_negative_numbers_hang_below_zero() -> None:
    (axes,) = drawn(debug_plot([panel()], "zero_point"))
    assert axes.get_ylim()[0] < -3 and axes.get_ylim()[1] == 0


def test_a_logarithmic_axis_without_a_positive_number_says_so() -> None:
    (axes,) = drawn(debug_plot([panel()], "zero_point", log=True))
    assert "above 0" in texts(axes)[0]


def test_an_infinite_sqnr_does_not_stretch_the_axis() -> None:
    exact = DebugPanel("net", LayerSeries("local", (layer(1, 0.0), layer(2, 0.3))))
    plot = debug_plot([exact], "sqnr_db")
    (axes,) = drawn(plot)
    assert np.isfinite(axes.get_ylim()).all()
    assert "exact" in plot.describe(0, 1)


def test_the_cumulative_error_stands_pale_and_wider_behind_the_local_one() -> None:
    behind = LayerSeries("cumulative", result().cumulative)
    (axes,) = drawn(debug_plot([panel(behind=behind)], "rmse_over_scale"))
    pale, full = [each for each in axes.collections if isinstance(each, PolyCollection)]
    width = [float(np.ptp(each.get_paths()[0].vertices[:, 0])) for each in (pale, full)]
    assert width[0] > width[1]
    assert to_hex(pale.get_facecolors()[0]) != to_hex(full.get_facecolors()[0])


def test_step_0_and_other_models_are_marks_of_different_lines() -> None:
    marks = LayerSeries("step 0", result().local), LayerSeries("lean", result().local)
    plot = debug_plot([panel(marks=marks)], "rmse_over_scale")
    (axes,) = drawn(plot)
    lines = [each for each in axes.collections if not isinstance(each, PolyCollection)]
    assert plot.mark_names == ("step 0", "lean") and len(lines) == 2
    assert lines[0].get_linestyles() != lines[1].get_linestyles()


def test_what_was_left_float_is_written_below_its_index() -> None:
    (axes,) = drawn(debug_plot([panel(left_float=(5,))], "rmse_over_scale"))
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert "5\nfloat" in labels and "4\nfloat" not in labels


def test_panels_side_by_side_are_equally_high() -> None:
    axes = drawn(debug_plot([panel(left_float=(5,)), panel("other")], "rmse_over_scale"))
    first, second = (each.get_position() for each in axes)
    assert first.y0 == pytest.approx(second.y0, abs=1 / 300) and first.y1 == pytest.approx(second.y1, abs=1 / 300)


def test_hovering_names_the_layer_and_each_of_its_numbers() -> None:
    plot = debug_plot([panel(marks=(LayerSeries("step 0", result().local),))], "rmse_over_scale")
    assert plot.describe(0, 5.3).splitlines() == [
        "#5 FULLY_CONNECTED", "layer_5", "local: rmse / scale 5.7400 steps", "step 0: rmse / scale 5.7400 steps"
    ]  # fmt: skip
    assert plot.describe(0, 9) == "" and plot.describe(3, 5) == ""


def test_rows_without_operators_stand_in_the_order_of_the_table() -> None:
    alone = DebugPanel("x", LayerSeries("local", (layer(None, 0.3), layer(None, 0.8))), by_operator=False)
    plot = debug_plot([alone], "rmse_over_scale")
    assert plot.title == "rmse / scale by layer"
    assert dict(bars(drawn(plot)[0])) == pytest.approx({0: 0.3, 1: 0.8})


def test_the_numbers_of_the_chart_are_a_csv() -> None:
    plot = debug_plot([panel(), panel("other")], "scale")
    rows = list(plot.rows())
    assert plot.header[-1] == "scale" and len(rows) == 2 * len(STEPS)
    assert rows[4] == ("net", "local", "local", 5, "FULLY_CONNECTED", "layer_5", 0.5)


def test_operators_of_one_colour_share_an_entry_of_the_legend() -> None:
    both = DebugPanel("x", LayerSeries("local", (layer(1, 1, "SOFTMAX"), layer(2, 1, "LOGISTIC"))))
    assert [words for words, _ in legend_entries(debug_plot([both], "scale"), LIGHT)] == ["SOFTMAX, LOGISTIC"]


def test_a_file_has_title_and_legend_outside_the_panels() -> None:
    figure = debug_figure(debug_plot([panel(), panel("other")], "rmse_over_scale"), LIGHT)
    figure.draw_without_rendering()
    (legend,) = figure.legends
    top = max(axes.get_window_extent().y1 for axes in figure.axes)
    assert legend.get_window_extent().y0 >= top
    assert figure_bytes(figure, "svg").startswith(b"<?xml") and figure_bytes(figure, "png")[1:4] == b"PNG"


def test_300_layers_are_drawn_in_a_moment() -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    many = DebugPanel("big", LayerSeries("local", result(STEPS * 50).local), LayerSeries("cumulative",
                      result(STEPS * 50).cumulative), (LayerSeries("step 0", result(STEPS * 50).local),))  # fmt: skip
    plot = debug_plot([many], "rmse_over_scale")
    times = []
    for _round in range(4):
        figure = new_figure(LIGHT, 1150, 260)
        canvas = FigureCanvasAgg(figure)
        start = time.perf_counter()
        draw_debug(figure, plot, LIGHT)
        canvas.draw()
        times.append(time.perf_counter() - start)
    assert min(times) < 0.2
