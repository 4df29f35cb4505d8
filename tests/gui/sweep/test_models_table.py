"""The models of a plan as rows: what each pattern gives, labels to edit, data of its own or of all."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from inspector.datasets.choice import DataChoice
from inspector.gui.settings import Settings
from inspector.gui.sweep.cells import TONE
from inspector.gui.sweep.models_table import ModelsTable
from inspector.gui.sweep.plan_count import PlanCount
from inspector.gui.sweep.plan_edit import PlanEdit
from tests.gui.sweep.conftest import Study


@pytest.fixture
def edit() -> PlanEdit:
    return PlanEdit()


@pytest.fixture
def table(qtbot: QtBot, edit: PlanEdit) -> Iterator[ModelsTable]:
    counts = PlanCount(edit)
    edit.changed.connect(lambda: counts.ask(edit.plan, None))
    made = ModelsTable(edit, counts, Settings())
    QAbstractItemModelTester(made.rows, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    qtbot.addWidget(made)
    made.resize(560, 200)
    made.show()
    yield made
    counts._task.cancel()
    counts._rest.stop()


def row(table: ModelsTable, place: int) -> list[str]:
    return [str(table.rows.index(place, column).data() or "") for column in range(table.rows.columnCount())]


def titles(table: ModelsTable) -> list[str]:
    count = table.rows.columnCount()
    return [str(table.rows.headerData(column, Qt.Orientation.Horizontal)) for column in range(count)]


def test_rows_say_files_labels_and_data(table: ModelsTable, edit: PlanEdit, study: Study, qtbot: QtBot):
    edit.open(study.plan)
    edit.add_models(["none_*.h5", "*.h5"])
    edit.set_data("evaluation", 0, DataChoice("random"))
    qtbot.waitUntil(lambda: row(table, 3)[1] == "2", timeout=10_000)
    assert titles(table) == ["Model", "Files", "pruning", "Calibration", "Evaluation"]
    assert row(table, 0) == ["digits_cnn.h5", "1", "before", "as all", "random values"]
    assert row(table, 1) == ["digits_cnn_p*.h5", "1", "after", "as all", "as all"]
    assert row(table, 2) == ["none_*.h5", "none", "", "as all", "as all"]
    assert [table.rows.index(place, 1).data(TONE) for place in (0, 2)] == ["text", "bad"]
    assert "There is no such model." in table.rows.index(2, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert "digits_cnn_pruned.h5" in table.rows.index(3, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert table.rows.index(0, 2).data(Qt.ItemDataRole.AccessibleTextRole) == "pruning: before"


def test_paths_and_labels_are_edited_in_their_cells(table: ModelsTable, edit: PlanEdit, study: Study, qtbot: QtBot):
    edit.open(study.plan)
    table.view.setCurrentIndex(table.rows.index(0, 2))
    qtbot.keyClicks(table.view, "l")  # a letter begins, as in any table
    editor = table.view.viewport().findChild(QLineEdit)
    qtbot.keyClicks(editor, "ater")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: edit.plan.models[0].groups == {"pruning": "later"})  # Qt commits a moment later
    assert table.rows.setData(table.rows.index(1, 0), "digits_cnn_pruned.h5")
    assert edit.plan.models[1].path == "digits_cnn_pruned.h5"
    assert not table.rows.setData(table.rows.index(1, 0), "  ")
    assert not table.rows.flags(table.rows.index(0, 1)) & Qt.ItemFlag.ItemIsEditable


def test_a_label_is_a_column(table: ModelsTable, edit: PlanEdit, study: Study, monkeypatch: pytest.MonkeyPatch):
    edit.open(study.plan)
    answers = iter([("family", True), ("kind", True), ("", False)])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_words: next(answers))
    table.buttons[2].click()
    assert titles(table) == ["Model", "Files", "pruning", "family", "Calibration", "Evaluation"]
    table.view.horizontalHeader().sectionDoubleClicked.emit(3)
    assert titles(table)[3] == "kind"
    menu = table.header_menu(3)
    assert [action.text() for action in menu.actions()] == ["Add label...", "Rename label...", "Remove label"]
    menu.actions()[2].trigger()
    assert titles(table) == ["Model", "Files", "pruning", "Calibration", "Evaluation"]
    assert [action.text() for action in table.header_menu(0).actions()] == ["Add label..."]


def test_files_are_added_by_a_dialog_a_pattern_or_a_drop(
    table: ModelsTable, edit: PlanEdit, study: Study, monkeypatch: pytest.MonkeyPatch
):
    edit.begin()
    assert table.empty.isVisible()
    asked: list[str] = []

    def answer(_parent: object, _title: str, _words: str, _mode: object, proposed: str) -> tuple[str, bool]:
        asked.append(proposed)
        return str(study.folder / "*_pruned.h5"), True

    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getOpenFileNames", lambda *_words: ([str(study.model)], ""))
    monkeypatch.setattr(QInputDialog, "getText", answer)
    table.buttons[0].click()
    table.buttons[1].click()
    assert asked == [str(study.folder / "*.h5")]
    assert table.places == [1], "the new row is the current one"
    mime = QMimeData()
    folder = study.folder / "saved"
    mime.setUrls([QUrl.fromLocalFile(str(folder / "saved_model.pb")), QUrl.fromLocalFile(str(study.plan))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    table.dropEvent(event)
    assert [model.path for model in edit.plan.models] == [
        str(study.model), str(study.folder / "*_pruned.h5"), str(folder)
    ]  # fmt: skip
    assert not table.empty.isVisible()


def test_delete_takes_rows_from_the_plan(table: ModelsTable, edit: PlanEdit, study: Study, qtbot: QtBot):
    edit.open(study.plan)
    table.view.selectRow(0)
    qtbot.keyClick(table.view, Qt.Key.Key_Delete)
    assert [model.path for model in edit.plan.models] == ["digits_cnn_p*.h5"]
    assert table.places == [0]
    table.remove_button.click()
    assert edit.plan.models == () and table.empty.isVisible()
    assert not table.remove_button.isEnabled()
    assert study.model.exists()
