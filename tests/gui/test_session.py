"""What is open, what is looked at, what is selected: one place remembers, everybody hears of it."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.gui.session import Selection, Session, absolute_path


class Heard:
    """Every signal of a session in order, as (name, what it carried)."""

    def __init__(self, session: Session) -> None:
        self.names: list[str] = []
        self.sentences: list[str] = []
        for name in ("model_opened", "model_closed", "current_changed", "selection_changed"):
            getattr(session, name).connect(lambda _value, name=name: self.names.append(name))
        session.model_reloaded.connect(lambda _old, _new: self.names.append("model_reloaded"))
        session.failed.connect(self.sentences.append)


@pytest.fixture
def session(qapp: QApplication) -> Session:
    return Session()


def test_a_file_is_opened_once_however_it_is_named(session: Session, sample_tflite: Path) -> None:
    first = session.open(sample_tflite)
    again = session.open(sample_tflite.parent / ".." / sample_tflite.parent.name / sample_tflite.name)
    assert first is not None and again is first and session.models == [first]


def test_a_relative_path_and_the_home_folder_become_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert absolute_path("a/../m.tflite") == absolute_path("~/m.tflite") == tmp_path / "m.tflite"


def test_the_model_opened_last_is_the_one_shown(session: Session, sample_tflite: Path, sample_h5: Path) -> None:
    heard = Heard(session)
    session.open_all([sample_tflite, sample_h5])
    assert session.current is session.models[1] and len(session.models) == 2
    assert heard.names == ["model_opened", "current_changed", "selection_changed"] * 2


def test_several_files_are_read_in_a_thread_in_their_order(
    session: Session, sample_tflite: Path, sample_h5: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    heard = Heard(session)
    names: list[str] = []
    session.reading.connect(names.append)
    session.open_later([sample_h5, tmp_path / "none.tflite", sample_tflite])
    assert session.models == [], "nothing was read while the window waited"
    qtbot.waitUntil(lambda: names[-1:] == [""])
    assert [opened.path for opened in session.models] == [sample_h5, sample_tflite]
    assert names == [sample_h5.name, "none.tflite", sample_tflite.name, ""]
    assert len(heard.sentences) == 1 and "none.tflite" in heard.sentences[0]


def test_closing_shows_the_neighbour_and_at_last_nothing(
    session: Session, sample_tflite: Path, sample_h5: Path
) -> None:
    first, second = session.open(sample_tflite), session.open(sample_h5)
    assert first is not None and second is not None
    session.set_current(first)
    session.close(first)
    assert session.current is second
    session.close(second)
    assert session.current is None and session.models == []


def test_closing_one_that_is_not_shown_changes_nothing_in_sight(
    session: Session, sample_tflite: Path, sample_h5: Path
) -> None:
    first = session.open(sample_tflite)
    second = session.open(sample_h5)
    heard = Heard(session)
    assert first is not None
    session.close(first)
    assert session.current is second and heard.names == ["model_closed"]


def test_selecting_is_heard_once_and_forgotten_with_the_model(
    session: Session, sample_tflite: Path, sample_h5: Path
) -> None:
    opened = session.open(sample_tflite)
    assert opened is not None
    tensor = opened.model.subgraphs[0].tensors[2]
    heard = Heard(session)
    session.select(tensors=[tensor])
    session.select(tensors=[opened.model.subgraphs[0].tensors[2]])  # another object, the same row
    assert heard.names == ["selection_changed"] and session.selection.tensors == (tensor,)
    session.open(sample_h5)
    assert session.selection == Selection()


def test_rows_that_are_asked_for_name_their_table(session: Session, sample_tflite: Path) -> None:
    opened = session.open(sample_tflite)
    assert opened is not None
    asked: list[str] = []
    session.rows_asked.connect(asked.append)
    graph = opened.model.subgraphs[0]
    session.show_rows([graph.tensors[1]])
    session.show_rows([], [graph.operators[0]])
    assert asked == ["tensors", "operators"] and session.selection.operators == (graph.operators[0],)


def test_reloading_reads_the_file_again(session: Session, sample_tflite: Path, sample_h5: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.tflite"
    path.write_bytes(sample_tflite.read_bytes())
    old = session.open(path)
    assert old is not None
    path.write_bytes(sample_tflite.read_bytes() + b"\0" * 16)
    heard = Heard(session)
    new = session.reload(old)
    assert new is not None and new is not old and session.models == [new] and session.current is new
    assert new.model.size_bytes == old.model.size_bytes + 16
    assert heard.names[0] == "model_reloaded"


def test_a_reload_that_fails_keeps_what_was_there(session: Session, sample_tflite: Path, tmp_path: Path) -> None:
    path = tmp_path / "m.tflite"
    path.write_bytes(sample_tflite.read_bytes())
    old = session.open(path)
    assert old is not None
    path.write_bytes(b"")
    heard = Heard(session)
    assert session.reload(old) is None
    assert session.models == [old] and session.current is old and len(heard.sentences) == 1


def test_each_file_that_can_not_be_read_has_its_sentence(session: Session, sample_tflite: Path, tmp_path: Path) -> None:
    empty, folder = tmp_path / "empty.tflite", tmp_path / "folder.tflite"
    empty.touch()
    folder.mkdir()
    heard = Heard(session)
    assert session.open_all([empty, sample_tflite, folder])[1] is session.models[0]
    assert len(heard.sentences) == 2
    assert "empty.tflite" in heard.sentences[0] and "folder.tflite" in heard.sentences[1]
