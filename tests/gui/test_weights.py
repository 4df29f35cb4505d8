"""The Weights tab: choosing, measuring, drawing, saving."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from inspector.analysis.measurements import Measurements
from inspector.errors import ExportError, FileChangedError, UsageError, ValuesError
from inspector.formats import open_model
from inspector.gui.panels import weight_pages
from inspector.gui.panels.measuring import measure_all
from inspector.gui.panels.weight_export import CHANNEL_NUMBERS
from inspector.gui.panels.weights import WeightsPanel
from inspector.gui.session import OpenModel, Session
from inspector.plots.histogram_plot import HistogramPlot
from tests.builders import ModelBuilder

KERNEL, BIAS, DENSE, SHAPE, NOT_FINITE = 1, 2, 4, 6, 8


def build(path: Path, layers: int = 0) -> Path:
    """An int8 convolution of 4 channels, a float dense layer with NaN, a reshape; `layers` more dense layers."""
    rng = np.random.default_rng(5)
    b = ModelBuilder()
    x = b.tensor("x", [1, 8, 8, 3], "INT8", scale=0.5, zero_point=-1)
    kernel = rng.integers(-127, 128, (4, 3, 3, 3)).astype(np.int8)
    w = b.tensor("conv/kernel", [4, 3, 3, 3], "INT8", kernel, [0.01, 0.02, 0.03, 0.04], [0] * 4)
    bias = b.tensor("conv/bias", [4], "INT32", np.arange(4), [0.01] * 4, [0] * 4)
    y = b.tensor("conv", [1, 6, 6, 4], "INT8", scale=1.0, zero_point=3)
    b.operator("CONV_2D", [x, w, bias], [y])
    dense = b.tensor("dense/kernel", [2, 10], "FLOAT32", rng.normal(size=(2, 10)))
    out = b.tensor("out", [1, 2])
    b.operator("FULLY_CONNECTED", [y, dense, -1], [out])
    shape = b.tensor("shape", [2], "INT32", np.array([1, 2]))
    last = b.tensor("last", [1, 2])
    b.operator("RESHAPE", [out, shape], [last])
    spoilt = b.tensor("spoilt/kernel", [2, 3], "FLOAT32", np.array([[1, np.nan, 2], [np.inf, 0, 4]]))
    b.operator("FULLY_CONNECTED", [last, spoilt, -1], [b.tensor("end", [1, 2])])
    for layer in range(layers):
        more = b.tensor(f"more_{layer}/kernel", [2, 2], "FLOAT32", rng.normal(size=(2, 2)))
        b.operator("FULLY_CONNECTED", [last, more, -1], [b.tensor(f"y{layer}", [1, 2])])
    return b.inputs(x).outputs(last).write(path)


@pytest.fixture
def show(qtbot, session, tmp_path) -> Callable[..., WeightsPanel]:
    """A panel on a model, with everything measured and drawn unless `wait` is False."""

    def make(path: Path | None = None, wait: bool = True, **options: int) -> WeightsPanel:
        opened = open_here(session, path or build(tmp_path / "model.tflite", **options))
        panel = WeightsPanel(session)
        qtbot.addWidget(panel)
        panel.resize(1100, 760)
        panel.show()
        panel.set_model(opened)
        if wait:
            ready(qtbot, panel)
        return panel

    return make


def open_here(session: Session, path: Path) -> OpenModel:
    model = open_model(path)
    opened = OpenModel(model, Measurements(model))
    session.models.append(opened)
    session.set_current(opened)
    return opened


def ready(qtbot, panel: WeightsPanel) -> None:
    qtbot.waitUntil(lambda: not panel.measuring.running and drawn(panel), timeout=30_000)


def drawn(panel: WeightsPanel) -> bool:
    canvas = panel.all.canvas if panel.controls.all else panel.histogram.canvas
    return canvas.message not in ("Drawing...", "Measuring...")


def tensor(session: Session, index: int):
    return session.current.model.subgraphs[0].tensors[index]


def names(panel: WeightsPanel) -> list[str]:
    """The names column from top to bottom, the total among them."""
    model = panel.table.records
    place = [column.key for column in model.columns].index("name")
    return [model.data(model.index(row, place)) for row in range(model.rowCount())]


def cell(panel: WeightsPanel, row: int, key: str) -> str:
    model = panel.table.records
    return model.data(model.index(row, [column.key for column in model.columns].index(key)))


def click(qtbot, button) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def axes_of(canvas):
    return canvas.figure.axes[0]


def test_the_largest_weights_are_plotted_first_and_selected_everywhere(show, session) -> None:
    panel = show()
    assert panel.histogram.name.text() == "conv/kernel"
    assert [chosen.index for chosen in session.selection.tensors] == [KERNEL]
    assert [row.tensor.index for row in panel.table.selected_records()] == [KERNEL]


def test_weights_stand_above_their_total_and_biases_below_it(show) -> None:
    panel = show()
    assert names(panel) == [
        "conv/kernel", "dense/kernel", "spoilt/kernel", "3 weight tensors", "conv/bias", "shape",
    ]  # fmt: skip
    assert cell(panel, 3, "elements") == "134"


def test_the_statistics_of_all_constants_come_by_themselves(show) -> None:
    panel = show()
    values = panel._open.model.values(panel._tensor, dequantized=True)
    assert cell(panel, 0, "min") == f"{values.min():.4f}"
    assert all(cell(panel, row, "mean") for row in (0, 1, 2, 4, 5))
    assert cell(panel, 3, "zero_fraction").endswith("%")


def test_clicking_a_row_plots_it_and_selects_it(show, session, qtbot) -> None:
    panel = show()
    place = panel.table.visualRect(panel.table.records.index(1, 2)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: panel.histogram.name.text() == "dense/kernel")
    assert [chosen.index for chosen in session.selection.tensors] == [DENSE]


def test_a_tensor_selected_elsewhere_is_plotted(show, session, qtbot) -> None:
    panel = show()
    session.select(tensors=[tensor(session, BIAS)])
    assert panel.histogram.name.text() == "conv/bias"
    assert [row.tensor.index for row in panel.table.selected_records()] == [BIAS]


def test_an_activation_selected_elsewhere_changes_nothing_here(show, session) -> None:
    panel = show()
    session.select(tensors=[tensor(session, 0)])
    assert panel.histogram.name.text() == "conv/kernel"


def test_real_values_have_the_quantization_range_and_stored_levels_their_own(show, qtbot) -> None:
    panel = show()
    assert "5.08\nINT8\nrange" in [text.get_text() for text in axes_of(panel.histogram.canvas).texts]
    assert panel.channels.name.text() == "Range per channel"
    with qtbot.waitSignals([panel.histogram.canvas.drawn, panel.channels.canvas.drawn]):
        click(qtbot, panel.controls.values.button("stored"))
    assert axes_of(panel.histogram.canvas).get_xlabel() == "stored level"
    assert "levels used" in panel.histogram.note.text()
    assert panel.channels.name.text() == "Scale per channel"


def test_the_wish_for_levels_outlives_a_float_tensor(show, session, qtbot) -> None:
    panel = show()
    click(qtbot, panel.controls.values.button("stored"))
    session.select(tensors=[tensor(session, DENSE)])
    stored = panel.controls.values.button("stored")
    assert (panel.controls.values.current, stored.isEnabled()) == ("real", False)
    assert "FLOAT32" in stored.toolTip()
    session.select(tensors=[tensor(session, KERNEL)])
    assert (panel.controls.values.current, stored.isEnabled()) == ("stored", True)


def test_log_makes_the_axis_of_counts_logarithmic(show, qtbot) -> None:
    panel = show()
    with qtbot.waitSignal(panel.histogram.canvas.drawn):
        click(qtbot, panel.controls.scale.button("log"))
    assert axes_of(panel.histogram.canvas).get_yscale() == "log"


def test_per_channel_off_gives_the_histogram_the_whole_width(show, qtbot) -> None:
    panel = show()
    before = panel.histogram.width()
    panel.controls.per_channel.click()
    qtbot.waitUntil(lambda: panel.histogram.width() > 1.5 * before)
    assert panel.channels.isHidden()


def test_the_legend_names_what_the_channels_show(show) -> None:
    panel = show()
    assert [name for name, _ in panel.channels.legend.entries] == ["127 × scale", "min … max", "mean ± 1σ"]


def test_how_far_the_scales_are_apart_stands_beside_the_title(show, session) -> None:
    panel = show()
    assert panel.channels.ratio.text() == "scales 1 : 4.0"
    assert panel.channels.hint.isHidden()


def test_channels_that_one_scale_would_starve_get_a_hint(show, qtbot, tmp_path) -> None:
    b = ModelBuilder()
    x, y = b.tensor("x", [1, 2]), b.tensor("y", [1, 2])
    w = b.tensor("uneven/kernel", [2, 2], data=np.array([[0.01, -0.01], [1.0, 0.5]]))
    b.operator("FULLY_CONNECTED", [x, w, -1], [y])
    panel = show(b.inputs(x).outputs(y).write(tmp_path / "uneven.tflite"))
    assert panel.channels.ratio.text() == "ranges 1 : 100.0"
    assert "3 of 255 levels" in panel.channels.hint.text()
    assert panel.channels.hint.isVisible()


def test_a_bias_has_no_channels_to_compare(show, session, qtbot) -> None:
    panel = show()
    session.select(tensors=[tensor(session, SHAPE)])
    qtbot.waitUntil(lambda: bool(panel.channels.canvas.message))
    assert "channels" in panel.channels.canvas.message


def test_nan_and_infinity_are_left_out_and_that_is_said(show, session) -> None:
    panel = show()
    session.select(tensors=[tensor(session, NOT_FINITE)])
    assert panel.histogram.note.text() == "2 values NaN or infinite, left out"


def test_the_filter_leaves_the_rows_that_match(show, qtbot) -> None:
    panel = show()
    panel.focus_filter()
    qtbot.keyClicks(panel.controls.search, "dense")
    qtbot.waitUntil(lambda: names(panel) == ["dense/kernel", "1 weight tensor"])
    qtbot.keyClick(panel.controls.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(names(panel)) == 6)


def test_gzip_sizes_come_when_asked_for(show, qtbot) -> None:
    panel = show()
    assert cell(panel, 0, "gzip_bytes") == ""
    click(qtbot, panel.controls.gzip)
    qtbot.waitUntil(lambda: cell(panel, 0, "gzip_bytes").endswith(" B"))
    qtbot.waitUntil(lambda: panel.controls.gzip.isHidden())
    assert cell(panel, 3, "gzip_bytes").endswith(" B")


def test_all_histograms_stand_on_one_page_and_a_click_leads_back(show, session, qtbot) -> None:
    panel = show()
    click(qtbot, panel.controls.view.button("all"))
    qtbot.waitUntil(lambda: panel.all.canvas.figure is not None)
    written = [text.get_text() for text in axes_of(panel.all.canvas).texts]
    assert {"conv/kernel", "dense/kernel", "spoilt/kernel"} <= set(written)
    assert "3 weight tensors" in panel.all.where.text()
    x, y = panel.all._page.corner(1)
    panel.all.canvas.clicked.emit(x + 5, y + 5)
    assert not panel.controls.all
    assert panel.pages.currentIndex() == 0
    assert [chosen.index for chosen in session.selection.tensors] == [DENSE]


def test_all_histograms_follow_the_filter(show, qtbot) -> None:
    panel = show()
    click(qtbot, panel.controls.view.button("all"))
    panel.controls.search.setText("conv")
    qtbot.waitUntil(lambda: [plot.name for plot in panel.all._plots] == ["conv/kernel"])
    panel.controls.search.setText("nothing of that name")
    qtbot.waitUntil(lambda: panel.all.canvas.message == "No weights to plot.")


def test_many_histograms_come_in_pages(show, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(weight_pages, "A_PAGE", 4)
    panel = show(layers=3)
    click(qtbot, panel.controls.view.button("all"))
    assert panel.all.where.text().startswith("1 to 4 of 6 weight tensors")
    assert (panel.all.back.isEnabled(), panel.all.forward.isEnabled()) == (False, True)
    click(qtbot, panel.all.forward)
    assert panel.all.where.text().startswith("5 to 6 of 6")
    x, y = panel.all._page.corner(0)
    with qtbot.waitSignal(panel.all.chosen) as chosen:
        panel.all.canvas.clicked.emit(x + 5, y + 5)
    assert chosen.args == [4]


def saved(panel: WeightsPanel, qtbot, monkeypatch, path: Path, button, kind: str = "") -> None:
    """Clicks a save button and answers its dialog with `path`."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(path), kind))
    click(qtbot, button)


@pytest.mark.parametrize(("suffix", "head"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_saving_the_plot_as_a_picture(show, qtbot, monkeypatch, tmp_path, suffix: str, head: bytes) -> None:
    panel = show()
    path = tmp_path / f"plot.{suffix}"
    saved(panel, qtbot, monkeypatch, path, panel.controls.save)
    assert path.read_bytes().startswith(head)


def test_saving_the_numbers_of_the_plot(show, qtbot, monkeypatch, tmp_path) -> None:
    panel = show()
    saved(panel, qtbot, monkeypatch, tmp_path / "plot.csv", panel.controls.save)
    with open(tmp_path / "plot.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(int(row["count"]) for row in rows) == 108
    saved(panel, qtbot, monkeypatch, tmp_path / "channels", panel.controls.save, CHANNEL_NUMBERS)
    with open(tmp_path / "channels.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["scale"]) for row in rows] == pytest.approx([0.01, 0.02, 0.03, 0.04])


def test_all_histograms_are_saved_in_one_go(show, qtbot, tmp_path) -> None:
    panel = show()
    click(qtbot, panel.controls.view.button("all"))
    for name in ("all.svg", "all.csv"):
        with qtbot.waitSignal(panel.extra.finished, timeout=30_000):
            panel.export_plot(tmp_path / name)
    assert (tmp_path / "all.svg").stat().st_size > 1000
    with open(tmp_path / "all.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["tensor"] for row in rows} == {"T#1", "T#4", "T#8"}
    assert sum(int(row["count"]) for row in rows) == 134 - 2


def test_saving_the_statistics_of_the_rows_in_sight(show, qtbot, monkeypatch, tmp_path) -> None:
    panel = show()
    panel.table.set_filter("INT32")
    saved(panel, qtbot, monkeypatch, tmp_path / "weights.csv", panel.controls.download)
    with open(tmp_path / "weights.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["name"] for row in rows) == ["conv/bias", "shape"]
    assert float(rows[0]["max"]) in (2.0, pytest.approx(0.03))


def test_a_place_that_can_not_be_written_is_a_sentence(show, session, qtbot, monkeypatch, tmp_path) -> None:
    panel = show()
    with qtbot.waitSignal(session.failed) as failed:
        saved(panel, qtbot, monkeypatch, tmp_path / "missing" / "plot.png", panel.controls.save)
    assert "missing" in failed.args[0]
    with pytest.raises(ExportError):
        panel.export_plot(tmp_path / "missing" / "plot.csv")
    with pytest.raises(UsageError):
        panel.export_plot(tmp_path / "plot.jpg")


def test_cancelling_the_dialog_writes_nothing(show, qtbot, monkeypatch, tmp_path) -> None:
    panel = show()
    before = set(tmp_path.iterdir())
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: ("", ""))
    click(qtbot, panel.controls.save)
    click(qtbot, panel.controls.download)
    assert set(tmp_path.iterdir()) == before


def test_copying_gives_the_table_as_text(show, qtbot) -> None:
    panel = show()
    click(qtbot, panel.controls.copy)
    assert "conv/kernel" in QGuiApplication.clipboard().text()
    assert "\t" in QGuiApplication.clipboard().text()


def test_a_model_without_constants_says_so(show, tmp_path) -> None:
    b = ModelBuilder()
    x, y = b.tensor("x", [1]), b.tensor("y", [1])
    b.operator("RELU", [x], [y])
    panel = show(b.inputs(x).outputs(y).write(tmp_path / "empty.tflite"), wait=False)
    assert panel.histogram.canvas.message == "The model has no constants: nothing to plot."
    with pytest.raises(ValuesError):
        panel.export_plot(tmp_path / "plot.png")


def test_a_constant_without_numbers_says_why(show, session, qtbot, tmp_path) -> None:
    b = ModelBuilder()
    words = b.tensor("words", [1], "STRING", b"\1\0\0\0\x0c\0\0\0\x0e\0\0\0hi")
    out = b.tensor("out", [1], "STRING")
    b.operator("GATHER", [words, words], [out])
    panel = show(b.outputs(out).write(tmp_path / "words.tflite"), wait=False)
    qtbot.waitUntil(lambda: "STRING" in panel.histogram.canvas.message)


def test_no_model_is_an_empty_tab_and_another_one_fills_it(show, session, qtbot, tmp_path) -> None:
    panel = show()
    panel.set_model(None)
    assert names(panel) == []
    assert panel.histogram.name.text() == ""
    panel.set_model(open_here(session, build(tmp_path / "second.tflite", layers=1)))
    ready(qtbot, panel)
    assert "more_0/kernel" in names(panel)


def test_a_keras_model_shows_its_kernels(show, sample_h5) -> None:
    panel = show(sample_h5)
    assert panel.histogram.canvas.figure is not None
    assert any("weight tensors" in name for name in names(panel))


def test_cancel_stops_measuring_and_keeps_what_is_measured(show, session, qtbot, monkeypatch) -> None:
    panel = show(wait=False)
    panel.stop()
    assert not panel.measuring.running
    assert panel.strip.isHidden()
    session.select(tensors=[tensor(session, DENSE)])
    qtbot.waitUntil(lambda: panel.histogram.canvas.figure is not None, timeout=30_000)


def test_long_measuring_shows_how_far_it_is(show, qtbot) -> None:
    panel = show()
    panel.strip.begin()
    assert panel.strip.isHidden()
    panel.strip.advance(0.25, "Measuring 3 of 12: T#4 dense/kernel")
    qtbot.waitUntil(lambda: panel.strip.isVisible(), timeout=2000)
    assert panel.strip.bar.value() == 250
    with qtbot.waitSignal(panel.strip.cancelled):
        click(qtbot, panel.strip.cancel)
    assert panel.strip.isHidden()


def test_one_unreadable_tensor_does_not_stop_the_others(session, tmp_path) -> None:
    opened = open_here(session, build(tmp_path / "model.tflite"))
    tensors = [one for one in opened.model.tensors() if one.has_data]
    seen, said = [], []

    def measure(one, progress) -> None:
        progress(0.5, "")
        seen.append(one.index)
        if one.index == DENSE:
            raise ValuesError("no values")

    measure_all(measure, tensors, "Measuring", lambda fraction, text: said.append((fraction, text)))
    assert seen == [one.index for one in tensors]
    assert said and all(0 <= fraction <= 1 for fraction, _ in said)
    assert said[0][1].startswith("Measuring 1 of 5: T#1 conv/kernel")


def test_a_file_that_changes_while_it_is_measured_is_a_sentence(show, session, qtbot) -> None:
    panel = show()

    def changed(_tensor, _progress) -> None:
        raise FileChangedError("model.tflite changed on disk; read it again (F5).")

    with qtbot.waitSignal(session.failed) as failed:
        panel.measuring.start(changed, lambda: [panel._tensor], "Measuring")
    assert "changed on disk" in failed.args[0]


def test_every_control_has_a_name_for_screen_readers(show) -> None:
    panel = show()
    controls = panel.controls
    for widget in (controls.search, controls.view, controls.values, controls.scale, controls.save, controls.copy,
                   controls.download, panel.table, panel.histogram.canvas, panel.channels.canvas,
                   panel.all.canvas):  # fmt: skip
        assert widget.accessibleName()
    assert "108 real values" in panel.histogram.canvas.accessibleDescription()


def test_controls_break_into_lines_in_a_narrow_window(show) -> None:
    panel = show()
    wide = panel.controls.heightForWidth(1300)
    assert panel.controls.heightForWidth(600) > wide
    assert panel.controls.minimumSizeHint().width() < 400


def test_histograms_on_the_page_are_those_of_the_table(show) -> None:
    plots = list(show()._all_plots())
    assert all(isinstance(plot, HistogramPlot) for plot in plots)
    assert [plot.total for plot in plots] == [108, 20, 4]


def test_all_histograms_in_a_forbidden_place_are_a_sentence(show, session, qtbot, tmp_path) -> None:
    panel = show()
    click(qtbot, panel.controls.view.button("all"))
    with qtbot.waitSignal(session.failed) as failed:
        panel.export_plot(tmp_path / "missing" / "all.png")
    assert "missing" in failed.args[0]


def test_gzip_while_statistics_are_measured_stops_neither(show, qtbot) -> None:
    panel = show(wait=False)
    panel.compute_gzip()
    assert not panel.controls.gzip.isEnabled()
    qtbot.waitUntil(lambda: not panel.measuring.running and not panel.extra.running, timeout=30_000)
    assert cell(panel, 0, "mean") and cell(panel, 0, "gzip_bytes")
    assert panel.controls.gzip.isHidden()
    qtbot.wait(450)
    assert panel.strip.isHidden()


def test_a_file_read_again_keeps_the_tensor_that_was_looked_at(show, session, qtbot, tmp_path) -> None:
    panel = show()
    session.select(tensors=[tensor(session, DENSE)])
    panel.set_model(open_here(session, build(tmp_path / "model.tflite")))
    ready(qtbot, panel)
    assert panel.histogram.name.text() == "dense/kernel"
    assert panel._tensor.owner is session.current.model.subgraphs[0]


def test_copy_of_the_menu_takes_the_selected_rows(show, session) -> None:
    panel = show()
    session.select(tensors=[tensor(session, BIAS)])
    panel.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 2 and "conv/bias" in lines[1]


def test_the_arrow_keys_leaf_through_the_plots(show, session, qtbot) -> None:
    panel = show()
    panel.table.setFocus()
    qtbot.keyClick(panel.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: panel.histogram.name.text() == "dense/kernel")
    with qtbot.waitSignal(panel.histogram.canvas.drawn):
        qtbot.keyClick(panel.table, Qt.Key.Key_Up)
    assert [chosen.index for chosen in session.selection.tensors] == [KERNEL]
