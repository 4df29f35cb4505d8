"""The Values tab as a user sees it: any plane of a tensor, stored or real, copied and saved."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from inspector.gui.panels.values import ValuesPanel
from inspector.gui.session import OpenModel, Session
from inspector.gui.tables.array_plane import PAGE, ArrayPlane, PlaneChoice, default_axes
from inspector.model import Quantization, Tensor


@pytest.fixture
def panel(session: Session, opened: OpenModel, qtbot: QtBot) -> ValuesPanel:
    made = ValuesPanel(session)
    qtbot.addWidget(made)
    made.resize(1000, 400)
    made.tester = QAbstractItemModelTester(made.grid.array, QAbstractItemModelTester.FailureReportingMode.Warning)
    made.set_model(opened)
    made.show()
    return made


def tensor(opened: OpenModel, index: int) -> Tensor:
    return opened.model.subgraphs[0].tensors[index]


def choose(panel: ValuesPanel, session: Session, opened: OpenModel, index: int, qtbot: QtBot) -> None:
    session.select(tensors=[tensor(opened, index)])
    qtbot.waitUntil(lambda: panel._loaded is not None and panel._loaded.tensor.index == index)


def grid(panel: ValuesPanel) -> list[list[str]]:
    model = panel.grid.array
    return [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]


@pytest.mark.parametrize(
    ("shape", "axes"),
    [((), (None, None)), ((7,), (0, None)), ((3, 4), (0, 1)), ((128, 1, 1, 64), (0, 3)), ((1, 1), (0, 1)),
     ((5, 1), (0, 1)), ((1, 5), (0, 1)), ((2, 3, 4, 5), (2, 3))],
)  # fmt: skip
def test_the_plane_shown_first(shape: tuple[int, ...], axes: tuple[int | None, int | None]) -> None:
    assert default_axes(shape) == axes


@pytest.mark.parametrize("axes", [(0, 1), (1, 0), (0, 3), (3, 0), (2, 1), (1, 3)])
@pytest.mark.parametrize("dimension", [0, 2, 3])
def test_every_plane_equals_numpys_own(axes: tuple[int, int], dimension: int) -> None:
    rng = np.random.default_rng(1)
    stored = rng.integers(-128, 128, (4, 3, 5, 2)).astype(np.int8)
    size = stored.shape[dimension]
    quantization = Quantization(rng.random(size).astype(np.float32), rng.integers(-5, 5, size), dimension)
    indices = (1, 2, 3, 1)
    plane = ArrayPlane(stored, PlaneChoice(*axes, indices), quantization)
    real = quantization.dequantize(stored)
    order = tuple(slice(None) if axis in axes else indices[axis] for axis in range(4))
    expected = real[order] if axes[0] < axes[1] else real[order].T
    np.testing.assert_array_equal(plane.whole(), expected)
    assert plane.value(1, 0) == expected[1, 0].item()


def test_a_page_of_a_huge_vector_starts_where_it_is_asked_to() -> None:
    stored = np.broadcast_to(np.int8(3), (3 * PAGE,))
    plane = ArrayPlane(stored, PlaneChoice(0, None, (0,), first_row=PAGE))
    assert (plane.rows, plane.columns) == (PAGE, 1)
    assert ArrayPlane(stored, PlaneChoice(0, None, (0,), first_row=3 * PAGE - 5)).rows == 5
    assert plane.value(PAGE - 1, 0) == 3


def test_without_a_selection_it_asks_for_one(panel: ValuesPanel) -> None:
    assert panel.empty.sentence.text() == "Select a tensor to see its values."


def test_a_vector_stands_in_one_column(panel: ValuesPanel, session: Session, opened: OpenModel, qtbot: QtBot) -> None:
    choose(panel, session, opened, 2, qtbot)
    assert grid(panel) == [["0"], ["0.5"], ["-0.25"], ["0"]]
    assert not panel.kind.isVisible()
    assert not panel.axes.rows.isVisible()


def test_axes_and_indices_choose_the_plane(
    panel: ValuesPanel, session: Session, opened: OpenModel, qtbot: QtBot
) -> None:
    choose(panel, session, opened, 1, qtbot)
    values = opened.model.values(tensor(opened, 1))
    assert grid(panel) == [[str(v) for v in row] for row in values[0, 0].tolist()]
    panel.axes.boxes[0][1].setValue(2)
    assert grid(panel) == [[str(v) for v in row] for row in values[2, 0].tolist()]
    panel.axes.rows.setCurrentIndex(0)
    assert grid(panel) == [[str(v) for v in row] for row in values[:, 0, 0].tolist()]
    panel.axes.columns.setCurrentIndex(0)  # an axis can't be both: rows take what columns had
    assert panel.axes.rows.currentIndex() == 3
    assert grid(panel) == [[str(v) for v in row] for row in values[:, 0, 0].T.tolist()]


def test_real_values_are_dequantized_per_channel(
    panel: ValuesPanel, session: Session, opened: OpenModel, qtbot: QtBot
) -> None:
    choose(panel, session, opened, 1, qtbot)
    panel.kind.button("real").click()
    panel.axes.boxes[0][1].setValue(3)
    real = opened.model.values(tensor(opened, 1), dequantized=True)
    assert panel.grid.array.plane is not None
    np.testing.assert_array_equal(panel.grid.array.plane.whole(), real[3, 0])


def test_a_cells_tooltip_says_where_it_is(
    panel: ValuesPanel, session: Session, opened: OpenModel, qtbot: QtBot
) -> None:
    choose(panel, session, opened, 1, qtbot)
    value = int(opened.model.values(tensor(opened, 1))[0, 0, 2, 1])
    assert panel.grid.array.data(panel.grid.array.index(2, 1), 3) == f"[0, 0, 2, 1]  {value}"


def test_activations_and_damaged_tensors_say_so(
    panel: ValuesPanel, session: Session, opened: OpenModel, qtbot: QtBot
) -> None:
    session.select(tensors=[tensor(opened, 3)])
    assert panel.empty.sentence.text() == "T#3 is computed when the model runs: the file holds no values of it."
    session.select(tensors=[tensor(opened, 7)])
    qtbot.waitUntil(lambda: "buffer is damaged" in panel.empty.sentence.text())


def test_copying_gives_the_selected_rectangle_exact(
    panel: ValuesPanel, session: Session, opened: OpenModel, qtbot: QtBot
) -> None:
    choose(panel, session, opened, 2, qtbot)
    model = panel.grid.array
    panel.grid.selectionModel().select(
        QItemSelection(model.index(1, 0), model.index(2, 0)), QItemSelectionModel.SelectionFlag.Select
    )
    assert panel.grid.copied_text() == "0.5\n-0.25\n"


def test_copying_too_much_is_a_sentence(session: Session, qtbot: QtBot) -> None:
    panel = ValuesPanel(session)
    qtbot.addWidget(panel)
    panel.grid.show_plane(ArrayPlane(np.zeros((2000, 2000), np.int8), PlaneChoice(0, 1, (0, 0))))
    with qtbot.waitSignal(session.failed) as told:
        panel.copy()
    assert "more than a million" in told.args[0]


@pytest.mark.parametrize(
    ("name", "real", "plane"), [("a.npy", False, False), ("b.npy", True, True), ("c.csv", True, True)]
)
def test_saving_writes_what_is_shown(
    panel: ValuesPanel, session: Session, opened: OpenModel, qtbot: QtBot,
    save_as: Callable[[str], Path], name: str, real: bool, plane: bool,
) -> None:  # fmt: skip
    choose(panel, session, opened, 1, qtbot)
    panel.kind.button("real" if real else "stored").click()
    place = save_as(name)
    panel.save(plane)
    qtbot.waitUntil(place.exists)
    expected = opened.model.values(tensor(opened, 1), dequantized=real)
    expected = expected[0, 0] if plane else expected
    loaded = np.load(place) if name.endswith(".npy") else np.loadtxt(place, delimiter=",", dtype=np.float32)
    np.testing.assert_array_equal(loaded, expected)


def test_shading_follows_the_size_of_a_value(
    panel: ValuesPanel, session: Session, opened: OpenModel, qtbot: QtBot
) -> None:
    choose(panel, session, opened, 2, qtbot)
    panel.shading.click()
    strength = panel.grid.painter_of_cells.strength
    assert strength is not None
    assert (strength(0.5), strength(-0.25), strength(0.0)) == (1.0, 0.5, 0.0)
    assert not panel.grid.grab().isNull()
    panel.shading.click()
    assert panel.grid.painter_of_cells.strength is None


def test_closing_the_model_empties_it(panel: ValuesPanel, session: Session, opened: OpenModel, qtbot: QtBot) -> None:
    choose(panel, session, opened, 2, qtbot)
    session.close(opened)
    panel.set_model(None)
    assert panel.grid.array.rowCount() == 0
