"""Variants and how they are kept: Save As, what is asked at close and at quit, what a job's end brings."""

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from inspector.errors import Cancelled, ExportError, ModelFileError
from inspector.gui import saving
from inspector.gui.jobs import Job
from inspector.gui.main_window import MainWindow
from inspector.gui.unsaved import Copy, UnsavedFolder, write_copies
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.provenance import Provenance, provenance_path
from tests.gui.quantize_fakes import FakeQueue, with_fake_jobs
from tests.gui.windows import new_window, window_while_testing
from tests.model_examples import int8_cnn


@pytest.fixture
def source(tmp_path: Path, sample_h5: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return Path(shutil.copy(sample_h5, folder))


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, source: Path) -> Iterator[MainWindow]:
    yield from window_while_testing(qtbot, qapp, source)


@pytest.fixture
def queue(window: MainWindow) -> FakeQueue:
    return with_fake_jobs(window.session)


def made_variants(
    window: MainWindow, queue: FakeQueue, qtbot: QtBot, model: Path, recipes: Sequence[str], folder: Path | None = None
) -> Job:
    """A job that has ended: its variants are in the list."""
    before = len(window.session.models)
    place = folder or window.variants.unsaved.new()
    options = QuantizeOptions(
        source=str(window.session.models[0].path), recipes=tuple(recipes), output_folder=str(place)
    )
    job = queue.submit(options, "Quantize", window.session.models[0].path.name)
    queue.finish(job, model)
    qtbot.waitUntil(lambda: len(window.session.models) == before + len(recipes))
    return job


class Answers:
    """Stands in for the boxes: gives the answers in turn and remembers what was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: int | None) -> None:
        self.asked: list[str] = []
        self._answers = list(answers)
        monkeypatch.setattr(saving, "ask", self._ask)

    def _ask(self, _parent: object, title: str, text: str, answers: Sequence[str], details: str = "") -> int | None:
        self.asked.append(f"{title}: {text} {details} {list(answers)}")
        return self._answers.pop(0)


def test_the_end_of_a_job_lists_its_variants_and_leaves_the_view_alone(
    window: MainWindow, queue: FakeQueue, sample_tflite: Path, qtbot: QtBot
) -> None:
    source = window.session.current
    made_variants(window, queue, qtbot, sample_tflite, ["float32", "int8"])
    assert window.session.current is source
    listed = window.session.models[1:]
    assert [(opened.recipe, opened.saved) for opened in listed] == [("float32", False), ("int8", False)]
    assert source is not None and all(opened.source == source.path for opened in listed)
    assert window.message_bar.sentence.text() == "2 variants of digits_cnn.h5 are in the Models list, not saved."
    assert window.status.left.text().startswith("6 layers"), "no file is being read any more"
    assert [file.name for file in window.settings.recent_files()] == ["digits_cnn.h5"], "they are gone with the window"
    window.message_bar.button.click()
    assert window.tabs.current == "compare"


def test_what_failed_is_said_with_what_was_made(
    window: MainWindow, queue: FakeQueue, sample_tflite: Path, tmp_path: Path
) -> None:
    options = QuantizeOptions(source="/m/digits_cnn.h5", recipes=("int8", "uint8"), output_folder=str(tmp_path))
    job = queue.submit(options, "Quantize 2 variants", "digits_cnn.h5", "keras3")
    queue.finish(job, sample_tflite, {"uint8": "TensorFlow says no."}, notes="0 of 4 weight tensors quantized: small.")
    assert window.message_bar.sentence.text().splitlines() == [
        "digits_cnn.int8.tflite of digits_cnn.h5 is in the Models list.",
        "uint8 was not made. TensorFlow says no.",
        "int8: nothing was quantized or left out. Jobs says why.",
    ]


def test_a_job_that_failed_is_said_and_one_that_was_cancelled_is_not(window: MainWindow, queue: FakeQueue) -> None:
    options = QuantizeOptions(source="/m/a.h5", recipes=("int8",), output_folder="/m")
    for state in ("cancelled", "failed"):
        assert window.message_bar.isHidden()
        job = queue.submit(options, "Quantize, int8", "a.h5", "keras3")
        queue.end(job, state, "The worker was killed.")
    assert window.message_bar.sentence.text() == "Quantize, int8 of a.h5 failed. The worker was killed."


def test_a_variant_made_again_is_read_again(
    window: MainWindow, queue: FakeQueue, sample_tflite: Path, source: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    made_variants(window, queue, qtbot, sample_tflite, ["int8"], source.parent)
    old = window.session.models[1]
    assert old.saved
    longer = tmp_path / "longer.tflite"
    longer.write_bytes(sample_tflite.read_bytes() + bytes(16))
    job = queue.submit(queue.jobs[0].options, "Quantize", source.name)
    with qtbot.waitSignal(window.session.model_reloaded):
        queue.finish(job, longer)
    assert len(window.session.models) == 2
    assert window.session.models[1].model.size_bytes == old.model.size_bytes + 16
    window.watch.check()
    assert "changed on disk" not in window.message_bar.sentence.text(), "the window knows that it changed it"


def test_an_unsaved_variant_that_is_opened_again_is_still_unsaved(
    window: MainWindow, queue: FakeQueue, sample_tflite: Path, qtbot: QtBot
) -> None:
    made_variants(window, queue, qtbot, sample_tflite, ["int8"])
    variant = window.session.models[1]
    window.session.close(variant)
    window.session.open(variant.path)
    assert not window.session.models[1].saved and window.session.models[1].recipe == "int8"


def test_save_as_moves_an_unsaved_variant_with_its_provenance(
    window: MainWindow, queue: FakeQueue, sample_tflite: Path, tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made_variants(window, queue, qtbot, sample_tflite, ["int8"])
    variant = window.session.models[1]
    told = Provenance("int8", str(variant.source), "0", "1", "tensorflow")
    provenance_path(variant.path).write_text(told.text, encoding="utf-8")
    target = tmp_path / "kept"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    window.session.set_current(variant)
    window.actions_by_id["save-as"].trigger()
    qtbot.waitUntil(lambda: window.session.models[1].saved)
    new = window.session.models[1]
    assert new.path == tmp_path / "kept.tflite" and new.path.read_bytes() == sample_tflite.read_bytes()
    assert (new.source, new.recipe) == (variant.source, "int8") and window.session.current is new
    assert window.settings.recent_files()[0].name == "kept.tflite"
    assert json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))["recipe"] == "int8"


def test_a_name_without_suffix_does_not_replace_a_file_unasked(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kept.h5").write_bytes(b"mine")
    answers = Answers(monkeypatch, None)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "kept"), ""))
    window.variants.saving.save_as()
    assert "kept.h5 is in" in answers.asked[0] and "Replace 1 file" in answers.asked[0]
    assert (tmp_path / "kept.h5").read_bytes() == b"mine"


def test_an_unrelated_json_file_is_left_alone(tmp_path: Path, sample_tflite: Path) -> None:
    variant = tmp_path / "a.tflite"
    shutil.copy(sample_tflite, variant)
    provenance_path(variant).write_text(Provenance("int8", "/s", "0", "1", "copy").text, encoding="utf-8")
    (tmp_path / "notes.json").write_text("my notes", encoding="utf-8")
    write_copies([Copy(variant, tmp_path / "notes.tflite")], False, lambda _fraction, _message: None)
    assert (tmp_path / "notes.json").read_text(encoding="utf-8") == "my notes"


def test_copies_appear_whole_or_not_at_all(tmp_path: Path, sample_tflite: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    copies = [Copy(sample_tflite, out / "a.tflite"), Copy(tmp_path / "gone.tflite", out / "b.tflite")]
    with pytest.raises(ModelFileError, match="no longer there"):
        write_copies(copies, False, lambda _fraction, _message: None)

    def cancel(_fraction: float | None, _message: str) -> None:
        raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        write_copies(copies[:1], False, cancel)
    (out / "a.tflite").write_bytes(b"mine")
    with pytest.raises(ExportError, match="exists already"):
        write_copies(copies[:1], False, lambda _fraction, _message: None)
    assert [path.name for path in out.iterdir()] == ["a.tflite"] and (out / "a.tflite").read_bytes() == b"mine"


def test_quitting_with_unsaved_variants_asks_and_cancel_stays(
    window: MainWindow, queue: FakeQueue, sample_tflite: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_variants(window, queue, qtbot, sample_tflite, ["int8", "float16"])
    answers = Answers(monkeypatch, None)
    assert not window.close() and window.isVisible() and not queue.stopped
    assert "2 variants are not saved: digits_cnn.int8.tflite and digits_cnn.float16.tflite." in answers.asked[0]
    assert "['Save all...', 'Discard all']" in answers.asked[0]


def test_discarding_at_quit_leaves_no_folder_behind(
    window: MainWindow, queue: FakeQueue, sample_tflite: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_variants(window, queue, qtbot, sample_tflite, ["int8"])
    folder = window.session.models[1].path.parent.parent
    assert folder.is_dir()
    Answers(monkeypatch, 1)
    assert window.close() and queue.stopped and not folder.exists()


def test_save_all_at_quit_saves_then_leaves(
    window: MainWindow, queue: FakeQueue, sample_tflite: Path, tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made_variants(window, queue, qtbot, sample_tflite, ["int8", "float16"])
    made_variants(window, queue, qtbot, sample_tflite, ["int8"])  # a second one of that name
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path))
    Answers(monkeypatch, 0)
    assert not window.close(), "not before they are saved"
    qtbot.waitUntil(lambda: not window.isVisible())
    names = {path.name for path in tmp_path.glob("*.tflite")}
    assert names == {"digits_cnn.int8.tflite", "digits_cnn.float16.tflite", "digits_cnn.int8-2.tflite"}


def test_save_all_asks_before_it_replaces(
    window: MainWindow, queue: FakeQueue, sample_tflite: Path, tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made_variants(window, queue, qtbot, sample_tflite, ["int8", "float16"])
    (tmp_path / "digits_cnn.int8.tflite").write_bytes(b"mine")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path))
    answers = Answers(monkeypatch, 0, None)
    assert not window.close() and window.isVisible()
    assert "digits_cnn.int8.tflite is in" in answers.asked[1]
    assert (tmp_path / "digits_cnn.int8.tflite").read_bytes() == b"mine" and len(window.session.unsaved) == 2


def test_a_save_that_fails_keeps_the_window(
    window: MainWindow, queue: FakeQueue, sample_tflite: Path, tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made_variants(window, queue, qtbot, sample_tflite, ["int8"])
    target = tmp_path / "none" / "a.tflite"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    Answers(monkeypatch, 0)
    with qtbot.waitSignal(window.session.failed):
        window.close()
    assert window.isVisible() and window.session.unsaved and "does not exist" in window.message_bar.sentence.text()


def test_closing_an_unsaved_variant_asks_too(
    window: MainWindow, queue: FakeQueue, sample_tflite: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_variants(window, queue, qtbot, sample_tflite, ["int8"])
    variant = window.session.models[1]
    window.session.set_current(variant)
    answers = Answers(monkeypatch, None, 1)
    window.actions_by_id["close"].trigger()
    assert variant in window.session.models and "digits_cnn.int8.tflite is not saved." in answers.asked[0]
    window.actions_by_id["close"].trigger()
    assert variant not in window.session.models
    window.actions_by_id["close"].trigger()
    assert len(answers.asked) == 2, "a saved one closes without a word"


def test_quitting_while_a_job_runs_asks(
    window: MainWindow, queue: FakeQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = QuantizeOptions(source="/m/a.h5", recipes=("int8",), output_folder=str(tmp_path))
    queue.submit(options, "Quantize, int8", "a.h5", "keras3")
    answers = Answers(monkeypatch, None, 0)
    assert not window.close() and not queue.stopped
    assert "1 job has not ended: Quantize, int8 (a.h5)." in answers.asked[0]
    assert window.close() and queue.stopped


def test_two_folders_for_unsaved_variants_never_meet() -> None:
    folder = UnsavedFolder()
    folder.remove()  # nothing was made: nothing to remove
    first, second = folder.new(), folder.new()
    assert first != second and folder.holds(first / "a.tflite") and not folder.holds("/tmp/a.tflite")
    folder.remove()
    assert not first.exists() and not folder.holds(first)


def test_the_quantize_action_shows_one_dialog(window: MainWindow, queue: FakeQueue, sample_tflite: Path) -> None:
    window.actions_by_id["quantize"].trigger()
    dialog = window.variants.dialog
    assert dialog is not None and dialog.isVisible() and not dialog.isModal()
    other = window.session.open(sample_tflite)
    assert other is not None
    window.actions_by_id["quantize"].trigger()
    assert window.variants.dialog is dialog and dialog.source.path == sample_tflite
    dialog.close()
    assert window.variants.dialog is None


def test_quantizing_a_quantized_variant_begins_with_its_source(
    window: MainWindow, queue: FakeQueue, source: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    small = tmp_path / "small.tflite"
    small.write_bytes(int8_cnn())
    made_variants(window, queue, qtbot, small, ["int8"])
    window.session.set_current(window.session.models[1])
    window.actions_by_id["quantize"].trigger()
    dialog = window.variants.dialog
    assert dialog is not None and dialog.source.path == source
    names = [dialog.source.model.itemText(place) for place in range(dialog.source.model.count())]
    assert not [name for name in names if "int8" in name], "what is quantized is no source"
    dialog.close()


def test_without_an_open_model_quantize_asks_for_one(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Path
) -> None:
    window = new_window(qtbot)
    with_fake_jobs(window.session)
    saved_model = tmp_path / "my_model"
    saved_model.mkdir()
    (saved_model / "saved_model.pb").write_bytes(b"")
    for chosen, expected in (("", None), (saved_model / "saved_model.pb", saved_model), (source, source)):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, chosen=chosen: (str(chosen), ""))
        window.actions_by_id["quantize"].trigger()
        dialog = window.variants.dialog
        assert (dialog and dialog.source.path) == expected
        if dialog is not None:
            qtbot.waitUntil(lambda dialog=dialog: dialog.source.facts is not None)
            dialog.table.choose(["float16"])
            assert dialog.make.isEnabled(), dialog.problem
            dialog.close()
    qtbot.waitUntil(lambda: len(window.session.models) == 1)


def test_the_dialog_goes_with_the_window(window: MainWindow, queue: FakeQueue) -> None:
    window.actions_by_id["quantize"].trigger()
    assert window.close() and window.variants.dialog is None


def test_what_was_agreed_is_not_asked_again_after_saving(
    window: MainWindow, queue: FakeQueue, sample_tflite: Path, tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    made_variants(window, queue, qtbot, sample_tflite, ["int8"])
    options = QuantizeOptions(source="/m/a.h5", recipes=("int8",), output_folder=str(tmp_path))
    queue.submit(options, "Quantize, int8", "a.h5", "keras3")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "kept.tflite"), ""))
    answers = Answers(monkeypatch, 0, None, 0, 0)
    window.close()  # stop the job; but then Cancel
    assert [text.split(":")[0] for text in answers.asked] == ["Quit", "Variants that are not saved"]
    window.close()  # stop the job, save the variant
    qtbot.waitUntil(lambda: not window.isVisible())
    assert [text.split(":")[0] for text in answers.asked[2:]] == ["Quit", "Variants that are not saved"]
    assert queue.stopped


@pytest.mark.parametrize(
    ("typed", "name"), [("a.lite", "a.lite"), ("digits.int8", "digits.int8.tflite"), ("a.h5", "a.h5.tflite")]
)
def test_a_copy_keeps_the_suffix_of_its_kind(
    window: MainWindow, sample_tflite: Path, tmp_path: Path, typed: str, name: str, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    opened = window.session.open(sample_tflite)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / typed), ""))
    with qtbot.waitSignal(window.session.model_reloaded):
        window.variants.saving.save_as(opened)
    assert (tmp_path / name).is_file()


def test_the_samples_folder_is_not_offered(
    window: MainWindow, sample_tflite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (offered.append(args[2]), ("", ""))[1])
    window.variants.saving.save_as(window.session.open(sample_tflite))
    assert offered == [str(Path.home() / sample_tflite.name)]
