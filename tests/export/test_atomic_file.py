"""Files that appear whole or not at all: what is there before and after everything that can go wrong."""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.errors import Cancelled, ExportError
from inspector.export import atomic_file as module
from inspector.export.atomic_file import atomic_file, atomic_files, existing_files, export_error, write_file


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    path = write_file(tmp_path / "a.csv", [b"one\n", b"two\n"])
    assert path.read_bytes() == b"one\ntwo\n"
    assert names(tmp_path) == ["a.csv"]


def test_nothing_is_there_before_the_end(tmp_path: Path) -> None:
    with atomic_file(tmp_path / "a.csv") as file:
        file.write(b"half")
        assert not (tmp_path / "a.csv").exists()
    assert names(tmp_path) == ["a.csv"]


@pytest.mark.parametrize("trouble", [ValueError("x"), Cancelled("x"), KeyboardInterrupt()])
def test_trouble_half_way_leaves_nothing_and_goes_on_upwards(tmp_path: Path, trouble: BaseException) -> None:
    (tmp_path / "b").write_bytes(b"old")

    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise trouble

    for name in ("a", "b"):
        with pytest.raises(type(trouble)):
            write_file(tmp_path / name, pieces(), overwrite=True)
    assert names(tmp_path) == ["b"]
    assert (tmp_path / "b").read_bytes() == b"old"


def test_an_existing_file_is_only_replaced_when_that_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    path.chmod(0o640)
    with pytest.raises(ExportError, match=r"a\.csv exists already"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    write_file(path, b"new", overwrite=True)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert existing_files([path, tmp_path / "none", tmp_path]) == [path]


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(ExportError, match="exists already"), atomic_file(path) as file:
        file.write(b"new")
        path.write_bytes(b"somebody else's")
    assert path.read_bytes() == b"somebody else's"
    assert names(tmp_path) == ["a.csv"]


def test_new_files_have_the_permissions_of_every_other_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_file(tmp_path / "ours", b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_file(link, b"new", overwrite=True)
    assert link.is_symlink() and real.read_bytes() == b"new"


def test_a_device_is_written_to_and_never_replaced() -> None:
    write_file(Path(os.devnull), b"gone")
    assert not Path(os.devnull).is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_device_is_a_sentence() -> None:
    with pytest.raises(ExportError, match="The disk is full"):
        write_file(Path("/dev/full"), b"x" * 100_000)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("none/a.csv", "folder .*none does not exist"),
        ("file/a.csv", "file is not a folder"),
        ("folder", "is a folder"),
        ("n" * 300, "too long"),
    ],
)
def test_a_wrong_place_is_a_sentence(tmp_path: Path, place: str, sentence: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ExportError, match=sentence):
        write_file(tmp_path / place, b"new", overwrite=True)
    assert names(tmp_path) == ["file", "folder"]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EACCES, "may not be written"),
        (errno.EROFS, "read-only disk"),
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "disk is full"),
        (errno.EIO, "can't be written to"),
    ],
)
def test_what_the_system_says_is_a_sentence(number: int, sentence: str) -> None:
    assert sentence in str(export_error(OSError(number, os.strerror(number)), Path("/disk/a.csv")))


def test_a_folder_without_permission_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ExportError, match="may not be written"):
        write_file(tmp_path / "a.csv", b"new")


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # for root everything is writable
    with pytest.raises(ExportError, match="read-only"):
        write_file(path, b"new", overwrite=True)
    assert path.read_bytes() == b"old"


def test_of_two_files_both_appear_or_none(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="does not exist"), atomic_files([tmp_path / "a", tmp_path / "none" / "b"]):
        raise AssertionError("not reached")
    assert names(tmp_path) == []
    with atomic_files([tmp_path / "a", tmp_path / "b"]) as (first, second):
        first.write(b"1")
        second.write(b"2")
    assert [(tmp_path / name).read_bytes() for name in names(tmp_path)] == [b"1", b"2"]


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("old", [True, False])
def test_when_the_second_can_not_be_moved_the_first_is_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: bool, links: bool
) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    if old:
        for path in paths:
            path.write_bytes(b"old " + path.name.encode())
    replace = os.replace

    def refuse(source: Path, target: Path) -> None:
        if Path(target).name == "b" and Path(source).read_bytes() == b"new b":
            raise OSError(errno.EIO, "Input/output error")
        replace(source, target)

    def no_links(*_arguments: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(module.os, "replace", refuse)
    if not links:
        monkeypatch.setattr(module.os, "link", no_links)
    with pytest.raises(ExportError, match="b can't be written"), atomic_files(paths, overwrite=True) as files:
        for path, file in zip(paths, files, strict=True):
            file.write(b"new " + path.name.encode())
    assert names(tmp_path) == (["a", "b"] if old else [])
    if old:
        assert [path.read_bytes() for path in paths] == [b"old a", b"old b"]


def test_no_backup_stays_when_two_files_are_replaced(tmp_path: Path) -> None:
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_bytes(b"old")
    with atomic_files(paths, overwrite=True) as files:
        for file in files:
            file.write(b"new")
    assert names(tmp_path) == ["a", "b"]
    assert [path.read_bytes() for path in paths] == [b"new", b"new"]


FILL_THE_DISK = """
import resource, sys
from pathlib import Path
from inspector.export.atomic_file import write_file
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    write_file(Path(sys.argv[1]), (b"x" * 1000 for _ in range(1000)), overwrite=True)
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no RLIMIT_FSIZE")
def test_a_disk_that_fills_up_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", FILL_THE_DISK, path], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ExportError The disk is full: a.csv does not fit")
    assert names(tmp_path) == ["a.csv"]
    assert path.read_bytes() == b"old"
