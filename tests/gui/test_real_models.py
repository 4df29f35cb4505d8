"""Every panel over every real model and every damaged one: all that is opened is shown, painted and selected."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from inspector.gui.panels.details import DetailsPanel
from inspector.gui.panels.operators import OperatorsPanel
from inspector.gui.panels.tensors import TensorsPanel
from inspector.gui.panels.values import ValuesPanel
from inspector.gui.session import OpenModel, Session
from inspector.model import Tensor
from tests.conftest import SAMPLES, SHARED_MODELS

_SUFFIXES = (".tflite", ".h5", ".hdf5", ".keras")


def _files() -> list[Path]:
    folders = [SAMPLES, SHARED_MODELS, SHARED_MODELS / "malformed"]
    return [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()) if path.is_file()
            and (path.suffix in _SUFFIXES or folder.name == "malformed")]  # fmt: skip


def _one_of_each(opened: OpenModel) -> Iterator[Tensor]:
    """A tensor of each type and kind."""
    seen = set()
    for tensor in opened.model.tensors(optimizer=True):
        what = tensor.type.name, tensor.kind, tensor.role, tensor.sparsity is None
        if what not in seen:
            seen.add(what)
            yield tensor


@pytest.mark.parametrize("path", _files(), ids=lambda path: path.name)
def test_everything_that_opens_is_shown(path: Path, qtbot: QtBot) -> None:
    session = Session()
    opened = session.open(path)
    if opened is None:
        return  # a sentence was told; what it says is for the readers' tests
    panels = TensorsPanel(session), OperatorsPanel(session), ValuesPanel(session)
    details = DetailsPanel(session)
    for panel in (*panels, details):
        qtbot.addWidget(panel)
        panel.resize(900, 500)
        panel.show()
        panel.set_model(opened)
    tensors, operators, values = panels
    testers = [
        QAbstractItemModelTester(table.records, QAbstractItemModelTester.FailureReportingMode.Warning)
        for table in (tensors.table, operators.table)
    ]
    for view in ("kind", "flat", "type"):
        tensors.views.button(view).click()
        assert not tensors.grab().isNull()
    for key in ("name", "shape", "bytes", "used_by", "zero_fraction"):
        tensors.table.set_sort(key, descending=True)
    for tensor in _one_of_each(opened):
        session.select(tensors=[tensor])
        assert details.title.text()
        qtbot.waitUntil(lambda: details.values.sentence.text() != "Measuring…" or details.values.sentence.isHidden())
        assert not details.grab().isNull() and not values.grab().isNull()
    for operator in list(opened.model.operators())[:40]:
        session.select(operators=[operator])
        assert not details.grab().isNull()
    operators.views.button("kind").click()
    assert not operators.grab().isNull()
    qtbot.waitUntil(lambda: not tensors.zero_fractions.busy)
    session.close(opened)
    for panel in panels:
        panel.set_model(None)
    del testers
