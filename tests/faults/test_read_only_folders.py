"""A folder that may not be written: a sentence that names it, before long work begins."""

import os
import sys
from pathlib import Path

import pytest

from tests.conftest import SAMPLES
from tests.faults.test_full_disk import COMMANDS

SAMPLE = SAMPLES / "digits_cnn.float32.tflite"
_SYS = Path("/sys/kernel")  # even root may not make files there


@pytest.fixture
def read_only(tmp_path: Path) -> Path:
    if os.name == "nt":
        pytest.skip("folders have no such permission there")
    if os.geteuid() == 0:
        if not _SYS.is_dir():
            pytest.skip("root may write everywhere here")
        return _SYS
    folder = tmp_path / "read only"
    folder.mkdir(mode=0o500)
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_exports_name_the_folder(name, cli, read_only):
    ran = cli(*COMMANDS[name], "-o", read_only / name, "--force")
    assert ran.code == 1
    assert str(read_only) in ran.err and ran.err.count("\n") == 1 and "bug" not in ran.err, ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="as above")
def test_a_picture_of_the_window(read_only, capsys):
    from inspector.gui.app import run

    assert run([str(SAMPLE), "--snapshot", str(read_only / "window.png")]) == 1
    assert f"can't be written to {read_only}" in capsys.readouterr().err


def test_a_file_in_a_folder_that_may_only_be_read_is_shown(cli, tmp_path, monkeypatch):
    """Opening writes nothing beside the file."""
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "model.tflite").write_bytes(SAMPLE.read_bytes())
    before = sorted(os.listdir(folder)), folder.stat().st_mtime_ns
    for words in (("show",), ("tensors",), ("weights", "--gzip")):
        assert cli(*words, folder / "model.tflite").code == 0
    assert (sorted(os.listdir(folder)), folder.stat().st_mtime_ns) == before


@pytest.mark.tensorflow
def test_quantizing_into_it_says_so(cli, read_only):
    ran = cli("quantize", SAMPLES / "digits_cnn.h5", "--recipe", "dynamic_range", "-o", read_only)
    assert ran.code == 1 and str(read_only) in ran.err and "bug" not in ran.err, ran.err
