"""The Details dock as a user sees it: identity, quantization, values; operators with links; sums; damaged tensors."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from inspector.analysis.histogram import Histogram
from inspector.gui.panels.details import DetailsPanel
from inspector.gui.panels.details_facts import Link
from inspector.gui.panels.details_parts import FactGrid
from inspector.gui.panels.details_preview import Corner, corner, corner_cells
from inspector.gui.panels.small_plots import ScalePlot, ValuePlot
from inspector.gui.session import OpenModel, Session
from inspector.gui.widgets import Chip
from inspector.model import Operator, Tensor


@pytest.fixture
def panel(session: Session, opened: OpenModel, qtbot: QtBot) -> DetailsPanel:
    made = DetailsPanel(session)
    qtbot.addWidget(made)
    made.resize(304, 800)
    made.show()
    return made


def tensor(opened: OpenModel, index: int) -> Tensor:
    return opened.model.subgraphs[0].tensors[index]


def operator(opened: OpenModel, index: int) -> Operator:
    return opened.model.subgraphs[0].operators[index]


def chips(panel: DetailsPanel) -> list[str]:
    row = panel._chip_row
    widgets = (row.itemAt(place).widget() for place in range(row.count()))
    return [widget.text for widget in widgets if isinstance(widget, Chip)]


def facts(grid: FactGrid) -> dict[str, str]:
    return dict(grid.texts())


def measured(panel: DetailsPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: panel.values.sentence.isHidden())


def test_without_a_selection_it_says_what_would_be_here(panel: DetailsPanel) -> None:
    assert panel.sentence.isVisible()
    assert panel.sentence.text() == "Select a tensor or an operator to see what is known of it."
    assert not panel.values.isVisible()


def test_a_weight_tensor_says_who_it_is(panel: DetailsPanel, session: Session, opened: OpenModel) -> None:
    session.select(tensors=[tensor(opened, 1)])
    assert panel.title.text() == "conv/kernel"
    assert panel.title.toolTip().splitlines() == ["conv/kernel", "conv/Conv2D", "conv/BiasAdd"]
    assert chips(panel) == ["INT8", "constant", "weights", "+2"]
    assert facts(panel.facts) == {
        "Index": "T#1", "Shape": "[4, 3, 3, 2]", "Bytes": "72 B", "Buffer": "2, shared with T#6",
        "Used by": "#0 CONV_2D",
    }  # fmt: skip


def test_per_channel_scales_are_told_and_drawn(panel: DetailsPanel, session: Session, opened: OpenModel) -> None:
    session.select(tensors=[tensor(opened, 1)])
    assert facts(panel.quantization) == {
        "Kind": "per-channel, 4 scales", "Dimension": "0 (output channels)", "scale": "0.1 … 0.4",
        "zero_point": "0 for all",
    }  # fmt: skip
    assert panel.scales.isVisible()
    assert panel.scale_caption.text() == "scale × 1,000 by channel"


def test_without_quantization_it_says_none(panel: DetailsPanel, session: Session, opened: OpenModel) -> None:
    session.select(tensors=[tensor(opened, 2)])
    assert panel.quantization_heading.side.text() == "none"
    assert not panel.scales.isVisible()


def test_values_come_with_histogram_range_and_first_values(
    panel: DetailsPanel, session: Session, opened: OpenModel, qtbot: QtBot
) -> None:
    session.select(tensors=[tensor(opened, 2)])
    measured(panel, qtbot)
    assert facts(panel.values.facts) == {"min … max": "-0.2500 … 0.5000", "mean ± std": "0.0625 ± 0.2724"}
    assert panel.values.plot.note == "2 zeros, 50.0 %"
    assert panel.values.heading.side.text() == "real values, 64 bins"
    assert panel.values.preview_heading.side.text() == "all 4"


def test_stored_levels_are_what_an_int8_tensor_shows(
    panel: DetailsPanel, session: Session, opened: OpenModel, qtbot: QtBot
) -> None:
    session.select(tensors=[tensor(opened, 1)])
    measured(panel, qtbot)
    assert panel.values.heading.side.text() == "stored levels, 256 bins"
    assert panel.values.preview_heading.side.text() == "all 3 × 2 at [0, 0, :, :]"


def test_an_activation_is_computed(panel: DetailsPanel, session: Session, opened: OpenModel) -> None:
    session.select(tensors=[tensor(opened, 3)])
    assert "Computed when the model runs" in panel.values.sentence.text()
    assert facts(panel.facts)["Made by"] == "#0 CONV_2D"


def test_an_unreadable_tensor_says_why(panel: DetailsPanel, session: Session, opened: OpenModel, qtbot: QtBot) -> None:
    session.select(tensors=[tensor(opened, 7)])
    qtbot.waitUntil(lambda: "buffer is damaged" in panel.values.sentence.text())
    assert panel.values.sentence.property("tone") == "warning"


def test_what_comes_too_late_is_dropped(
    panel: DetailsPanel, session: Session, opened: OpenModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, started = Event(), Event()
    measure = opened.measurements.statistics

    def slow(chosen: Tensor, progress: Callable[[float | None, str], None] | None = None) -> object:
        if chosen.index == 1:
            started.set()
            go.wait(5)
        return measure(chosen, progress)

    monkeypatch.setattr(opened.measurements, "statistics", slow)
    session.select(tensors=[tensor(opened, 1)])
    qtbot.waitUntil(started.is_set)
    session.select(tensors=[tensor(opened, 2)])
    go.set()
    measured(panel, qtbot)
    qtbot.wait(50)
    assert panel.values.plot.note == "2 zeros, 50.0 %"


def test_an_operator_links_to_its_tensors(panel: DetailsPanel, session: Session, opened: OpenModel) -> None:
    session.select(operators=[operator(opened, 0)])
    assert panel.title.text() == "CONV_2D"
    assert facts(panel.facts)["MACs"] == "4,608"
    assert facts(panel.inputs)["weights"].splitlines() == ["T#1 INT8", "[4, 3, 3, 2]"]
    assert facts(panel.options) == {"padding": "SAME", "stride_w": "1", "stride_h": "1"}
    assert not panel.values.isVisible()
    links = [piece for fact in panel.inputs._facts for piece in fact.value if isinstance(piece, Link)]
    panel.inputs.followed.emit(links[1].target)
    assert session.selection.tensors == (tensor(opened, 1),)


def test_a_link_is_followed_by_mouse_or_key(
    panel: DetailsPanel, session: Session, opened: OpenModel, qtbot: QtBot
) -> None:
    session.select(tensors=[tensor(opened, 1)])
    _, value = panel.facts._rows[4]
    with qtbot.waitSignal(session.selection_changed):
        value.linkActivated.emit("1")
    assert session.selection.operators == (operator(opened, 0),)


def test_several_tensors_are_summed_each_buffer_once(panel: DetailsPanel, session: Session, opened: OpenModel) -> None:
    opened.measurements.compute_zero_fractions([tensor(opened, 1), tensor(opened, 6)])
    session.select(tensors=[tensor(opened, 1), tensor(opened, 6), tensor(opened, 0)])
    shown = facts(panel.facts)
    assert panel.title.text() == "3 tensors selected"
    assert shown["Stored"] == "72 B"
    assert shown["Elements"] == "144 stored"
    assert shown["Types"] == "INT8 2, FLOAT32 1"
    assert "Zero fraction" in shown


def test_several_operators_are_summed(panel: DetailsPanel, session: Session, opened: OpenModel) -> None:
    session.select(operators=[operator(opened, 0), operator(opened, 1)])
    assert facts(panel.facts) == {"Operators": "2", "MACs": "4,608", "Parameters": "76"}


def test_closing_the_model_empties_it(panel: DetailsPanel, session: Session, opened: OpenModel) -> None:
    session.select(tensors=[tensor(opened, 1)])
    session.close(opened)
    assert panel.sentence.isVisible() and not panel.title.isVisible()


def test_a_name_from_a_file_cannot_act_on_the_screen(panel: DetailsPanel, session: Session, opened: OpenModel) -> None:
    opened.model.subgraphs[0].tensor_columns.names[4] = "<b>bold</b>\n\x1b[31m"
    session.select(tensors=[tensor(opened, 4)])
    assert panel.title.text() == "<b>bold</b>\\x0a\\x1b[31m"


def test_the_corner_is_the_last_two_long_dimensions(opened: OpenModel) -> None:
    found = corner(opened.model, tensor(opened, 1))
    assert found is not None and (found.rows, found.columns) == (3, 2)
    flat = corner(opened.model, tensor(opened, 2))
    assert flat is not None
    assert corner_cells(flat, lambda _characters: 3) == (
        [["0.0000", "0.5000", "-0.2500"], ["0.0000"]], "all 4",
    )  # fmt: skip
    wide = Corner(np.arange(96, dtype=np.int8).reshape(6, 16), 128, 128, "")
    cells, side = corner_cells(wide, lambda _characters: 7)
    assert (len(cells), len(cells[0]), side) == (6, 7, "first 6 × 7 of 128 × 128")


@pytest.mark.parametrize(
    "scales", [np.array([1e-12, 3e-12]), np.array([0.0, 0.0]), np.array([np.nan, 5.0]), np.linspace(1, 2, 5_000)]
)
def test_any_scales_are_drawn(qtbot: QtBot, scales: np.ndarray) -> None:
    plot = ScalePlot()
    qtbot.addWidget(plot)
    plot.show_scales(scales.astype(np.float32), "INT8")
    assert not plot.grab().isNull()
    assert plot.caption().startswith("scale")


@pytest.mark.parametrize(("low", "counts"), [(-127.5, [5, 1, 9]), (0.5, [1]), (-32768.5, list(range(1, 5000)))])
def test_any_histogram_is_drawn(qtbot: QtBot, low: float, counts: list[int]) -> None:
    plot = ValuePlot()
    qtbot.addWidget(plot)
    plot.resize(260, 118)
    histogram = Histogram(np.arange(len(counts) + 1) + low, np.array(counts))
    plot.show_histogram(histogram, "INT16", True, "0 zeros")
    assert not plot.grab().isNull()
    plot.show_histogram(Histogram(np.linspace(-1e-9, 1e-9, 65), np.ones(64, np.int64)), "FLOAT32", False, "")
    assert not plot.grab().isNull()


def test_the_picture_of_the_design_with_its_numbers(session: Session, shared_models: Path, qtbot: QtBot) -> None:
    panel = DetailsPanel(session)
    qtbot.addWidget(panel)
    panel.resize(304, 830)
    panel.show()
    opened = session.open(shared_models / "fer__emotion_model_quantized.tflite")
    assert opened is not None
    session.select(tensors=[tensor(opened, 37)])
    measured(panel, qtbot)
    assert panel.title.text() == "tfl.pseudo_qconst1"
    assert chips(panel) == ["INT8", "constant", "weights"]
    assert list(facts(panel.facts).items()) == [
        ("Index", "T#37"), ("Shape", "[128, 1, 1, 128]"), ("Bytes", "16,384 B"), ("Buffer", "38, not shared"),
        ("Used by", "#27 CONV_2D"),
    ]  # fmt: skip
    assert list(facts(panel.quantization).items()) == [
        ("Kind", "per-channel, 128 scales"), ("Dimension", "0 (output channels)"), ("scale", "0.00155 … 0.00385"),
        ("zero_point", "0 for all"),
    ]  # fmt: skip
    assert panel.values.plot.note == "138 zeros, 0.8 %"
    assert facts(panel.values.facts) == {"min … max": "-0.4829 … 0.4893", "mean ± std": "0.0010 ± 0.1148"}
    assert panel.values.preview._cells[0][:5] == ["-121", "-43", "37", "-76", "-6"]
