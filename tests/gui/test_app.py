"""Starting the window: options, pictures of it, and errors that nobody caught."""

import argparse
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.gui.app import _say_errors_in, _size, missing_display, options_parser
from inspector.gui.session import Session
from tests.conftest import ROOT


def start(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "settings"), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "inspector", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=surroundings, timeout=120)


def test_a_picture_of_the_window_is_drawn_without_a_display(tmp_path: Path, sample_tflite: Path) -> None:
    picture = tmp_path / "window.png"
    ended = start(
        tmp_path, "--snapshot", str(picture), "--tab", "tensors", "--theme", "dark", "--size", "1000x700",
        str(sample_tflite),
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert str(picture) in ended.stdout and ended.stderr == ""
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1000, 700)
    assert image.pixelColor(3, 3).name() == "#14171c"
    assert not (tmp_path / "settings").exists(), "a picture leaves no traces"


def test_a_picture_of_a_file_that_can_not_be_read_shows_why(tmp_path: Path) -> None:
    (tmp_path / "empty.tflite").touch()
    ended = start(tmp_path, "--snapshot", str(tmp_path / "w.png"), str(tmp_path / "empty.tflite"))
    assert ended.returncode == 0 and (tmp_path / "w.png").exists() and "Traceback" not in ended.stderr


def test_a_picture_that_can_not_be_written_is_a_sentence(tmp_path: Path, sample_tflite: Path) -> None:
    ended = start(tmp_path, "--snapshot", str(tmp_path / "none" / "w.png"), str(sample_tflite))
    assert ended.returncode == 1 and "can't be written" in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.parametrize("arguments", [("--size", "big"), ("--tab", "graph"), ("--theme", "pink")])
def test_a_wrong_option_is_wrong_usage(tmp_path: Path, arguments: tuple[str, str], sample_tflite: Path) -> None:
    ended = start(tmp_path, *arguments, str(sample_tflite))
    assert ended.returncode == 2 and arguments[1] in ended.stderr and "Traceback" not in ended.stderr


def test_sizes_are_read_and_refused() -> None:
    assert _size("1440x900") == (1440, 900)
    for text in ("", "x", "1440", "0x900", "-1x5", "1e3x900", "99999x900"):
        with pytest.raises(argparse.ArgumentTypeError):
            _size(text)


def test_files_may_stand_before_and_behind_options() -> None:
    options = options_parser().parse_intermixed_args(["a.tflite", "--tab", "weights", "b.h5"])
    assert options.files == ["a.tflite", "b.h5"] and options.tab == "weights"


def test_without_a_display_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    sentence = missing_display()
    assert sentence is not None and "tflite-inspector show" in sentence
    monkeypatch.setenv("DISPLAY", ":4711")
    sentence = missing_display()
    assert sentence is None or ":4711" in sentence
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert missing_display() is None


def test_an_error_nobody_caught_is_said_in_the_window(
    qapp: QApplication, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session()
    sentences: list[str] = []
    session.failed.connect(sentences.append)
    hook = _say_errors_in(session)
    error = ZeroDivisionError("division by zero")
    hook(ZeroDivisionError, error, None)
    assert "ZeroDivisionError" in sentences[0] and "ZeroDivisionError" in capsys.readouterr().err


def test_an_error_in_a_thread_reaches_the_window_too(
    qapp: QApplication, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session()
    threads: list[int] = []
    session.failed.connect(lambda _sentence: threads.append(threading.get_ident()))
    hook = _say_errors_in(session)
    worker = threading.Thread(target=hook, args=(ValueError, ValueError("x"), None))
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [threading.get_ident()], "said on the window's own thread"
    capsys.readouterr()
