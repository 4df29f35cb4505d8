"""What the status bar says of a selection: bytes, share, work."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.gui.session import Selection, Session
from inspector.gui.status import StatusBar, all_stored_bytes, model_text, operators_text, stored_bytes, tensors_text
from tests.gui.fakes import open_in, small_model


def test_without_a_model_it_says_so(qapp: QApplication, qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show_model(None)
    assert bar.left.text() == "No model open" and bar.scheme.text() == "" and bar.size_label.text() == ""


def test_with_one_it_counts_and_names_the_scheme(qapp: QApplication, qtbot: QtBot) -> None:
    bar, session = StatusBar(), Session()
    qtbot.addWidget(bar)
    opened = open_in(session, small_model(subgraphs=2))
    bar.show_model(opened)
    assert bar.left.text() == "16 tensors, 4 operators, 2 subgraphs"
    assert bar.size_label.text() == "4,000 B" and bar.scheme.text() == opened.scheme.badge
    graph = opened.model.subgraphs[0]
    bar.show_selection(opened, Selection(tensors=(graph.tensors[1],)))
    assert bar.left.text().startswith("1 tensor selected: 72 B, 72 elements, ")
    bar.show_selection(opened, Selection(operators=(graph.operators[0],)))
    assert bar.left.text() == f"1 operator selected: {64 * 4 * 18:,} multiply-accumulates"
    bar.show_selection(opened, Selection())
    assert bar.left.text() == "16 tensors, 4 operators, 2 subgraphs"


def test_a_shared_buffer_counts_once() -> None:
    graph = small_model().subgraphs[0]
    kernel, copy, bias = graph.tensors[1], graph.tensors[6], graph.tensors[2]
    assert stored_bytes([kernel, copy]) == kernel.bytes
    assert tensors_text([kernel, copy, bias], 176) == "3 tensors selected: 88 B, 50.0 % of all stored tensors"


@pytest.mark.parametrize("optimizer", [False, True])
def test_the_total_of_all_is_what_its_tensors_sum_to(optimizer: bool) -> None:
    model = small_model(optimizer=optimizer)
    assert all_stored_bytes(model) == stored_bytes(model.tensors()) == 72 + 16 + 8 + 100


def test_what_is_computed_is_not_called_stored() -> None:
    graph = small_model().subgraphs[0]
    said = tensors_text([graph.tensors[0], graph.tensors[3]], 196)
    assert said == f"2 tensors selected: {(128 + 256) * 4:,} B, computed, not stored"


def test_an_optimizers_state_is_not_counted_with_the_models_tensors() -> None:
    assert model_text(small_model(optimizer=True)) == "2 layers, 8 tensors"


def test_operators_sum_their_work() -> None:
    graph = small_model().subgraphs[0]
    assert operators_text(list(graph.operators)) == f"2 operators selected: {64 * 4 * 18:,} multiply-accumulates"
