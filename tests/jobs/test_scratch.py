"""Files appear together or not at all, and nothing stays behind."""

import os
import sys
from pathlib import Path

import pytest

from inspector.errors import JobError
from inspector.jobs.scratch import DELIVERY, Scratch, deliver, scratch_folder


def drafts(folder: Path, names: str = "ab") -> list[tuple[Path, Path]]:
    """Moves of new files from a scratch folder into `folder`."""
    scratch = Scratch(folder, "1").make()
    for name in names:
        (scratch / name).write_text(f"new {name}")
    return [(scratch / name, folder / name) for name in names]


def contents(folder: Path) -> dict[str, str]:
    return {each.name: each.read_text() for each in folder.iterdir() if each.is_file()}


def test_all_files_arrive(tmp_path: Path):
    (tmp_path / "b").write_text("old b")
    deliver(drafts(tmp_path), scratch_folder(tmp_path, "1"))
    assert contents(tmp_path) == {"a": "new a", "b": "new b"}


def test_what_was_replaced_comes_back_when_a_later_file_can_not_arrive(tmp_path: Path):
    (tmp_path / "a").write_text("old a")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "inside").write_text("a folder with something in it")
    moves = drafts(tmp_path, "abc")
    os.unlink(moves[1][0])  # b was never written
    with pytest.raises(JobError, match=r"b can't be written: No such file or directory\. Nothing was kept\."):
        deliver(moves, scratch_folder(tmp_path, "1"))
    assert contents(tmp_path) == {"a": "old a"}
    assert not DELIVERY.locked()


def test_folders_made_for_a_job_that_brought_nothing_go_with_it(tmp_path: Path):
    scratch = Scratch(tmp_path / "new" / "deeper", "1")
    (scratch.make() / "half").write_text("half")
    scratch.remove()
    assert list(tmp_path.iterdir()) == []


def test_folders_that_hold_something_stay(tmp_path: Path):
    scratch = Scratch(tmp_path / "new" / "deeper", "1")
    scratch.make()
    (tmp_path / "new" / "deeper" / "result.tflite").write_text("x")
    scratch.remove()
    assert contents(tmp_path / "new" / "deeper") == {"result.tflite": "x"}
    assert not scratch.path.exists()


def test_an_empty_folder_that_was_there_before_stays(tmp_path: Path):
    scratch = Scratch(tmp_path, "1")
    scratch.make()
    scratch.remove()
    assert tmp_path.is_dir()


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(JobError, match=r"file can't be written to: .*\. Choose another folder\."):
        Scratch(tmp_path / "file", "1").make()


def test_a_job_without_output_works_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert Scratch.of({"memory_limit_mb": 0}, "5").path.parent == tmp_path
    assert Scratch.of({"output_folder": "/out"}, "5").path == Path("/out/.tflite-inspector-5")


def test_clearing_up_after_another_process_needs_only_folder_and_id(tmp_path: Path):
    (scratch_folder(tmp_path, "8") / "deep").mkdir(parents=True)
    Scratch(tmp_path, "8").remove()
    Scratch(tmp_path, "8").remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="rights work differently there")
def test_a_disk_that_says_no_amid_a_delivery_leaves_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "b").write_text("old b")
    moves = drafts(tmp_path, "abc")
    move, count = os.replace, iter(range(100))

    def full(source: Path, target: Path) -> None:
        if next(count) == 3:  # a, b aside, b, then c
            raise OSError(28, "No space left on device")
        move(source, target)

    monkeypatch.setattr("inspector.jobs.scratch.os.replace", full)
    with pytest.raises(JobError, match="c can't be written: No space left on device"):
        deliver(moves, scratch_folder(tmp_path, "1"))
    assert contents(tmp_path) == {"b": "old b"}
