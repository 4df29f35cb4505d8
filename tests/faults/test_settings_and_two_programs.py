"""Settings that are damaged or can't be kept, and two programs at once: nothing of either is lost."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.gui.app import missing_display
from inspector.gui.settings import RecentFile, Settings
from tests.conftest import ROOT, SAMPLES

_DAMAGE = {
    "noise": bytes(range(256)) * 20, "zeros": bytes(5000), "no ini": b"theme=dark\n]]]\n%%%%=1\n[a\nx=1",
    "a picture": (ROOT / "resources" / "icons" / "app.svg").read_bytes() + b"\0\xff" * 50,
}  # fmt: skip


@pytest.fixture
def ini(tmp_path: Path, qapp: QApplication) -> Path:
    path = Path(Settings()._file.fileName())
    assert path.is_relative_to(tmp_path)
    path.parent.mkdir(parents=True)
    return path


@pytest.mark.parametrize("kind", _DAMAGE)
def test_damaged_settings_are_said_kept_aside_and_written_anew(kind: str, ini: Path) -> None:
    ini.write_bytes(_DAMAGE[kind])
    settings = Settings()
    sentence = settings.problem()
    assert sentence.startswith("The settings were damaged") and sentence.endswith(".")
    assert ini.with_name("tflite-inspector.ini.damaged").read_bytes() == _DAMAGE[kind]
    settings.put("theme", "light")
    settings.add_recent_file(RecentFile("/a"))
    assert Settings().text("theme") == "light" and Settings().recent_files() == [RecentFile("/a")]


def test_settings_cut_short_keep_what_is_left(ini: Path) -> None:
    ini.write_text('[General]\ntheme=dark\nrecent="[{\\"path')
    settings = Settings()
    assert settings.problem() == "" and settings.text("theme") == "dark" and settings.recent_files() == []


def test_settings_that_can_not_be_kept_are_said(ini: Path) -> None:
    ini.mkdir()
    settings = Settings()
    assert "can't be kept" in settings.problem() and str(ini) in settings.problem()
    settings.put("theme", "dark")
    settings.add_recent_file(RecentFile("/a"))


def test_sound_settings_have_no_problem(ini: Path) -> None:
    settings = Settings()
    settings.put("theme", "dark")
    settings._file.sync()
    assert Settings().problem() == "" and not list(ini.parent.glob("*.damaged"))


_ADD = """
import os, sys, time
from PySide6.QtCore import QCoreApplication
from inspector.gui.settings import RecentFile, Settings
app = QCoreApplication([])
settings = Settings()
settings.recent_files()
print("ready", flush=True)
sys.stdin.readline()
for number in range(5):
    settings.add_recent_file(RecentFile(f"/{sys.argv[1]}{number}"))
    app.processEvents()
settings.put(f"key{sys.argv[1]}", "kept")
"""


def test_two_windows_at_once_both_keep_their_recent_files(tmp_path: Path, ini: Path) -> None:
    environment = os.environ | {"XDG_CONFIG_HOME": str(tmp_path / "config"), "QT_QPA_PLATFORM": "offscreen"}
    running = [
        subprocess.Popen([sys.executable, "-c", _ADD, name], cwd=ROOT, env=environment, stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, text=True) for name in "ab"
    ]  # fmt: skip
    for each in running:
        assert each.stdout is not None and each.stdout.readline() == "ready\n"
    for each in running:
        each.communicate("go\n", timeout=60)
        assert each.returncode == 0
    settings = Settings()
    assert {file.path for file in settings.recent_files()} == {
        f"/{name}{number}" for name in "ab" for number in range(5)
    }
    assert settings.text("keya") == settings.text("keyb") == "kept"
    assert sorted(path.name for path in ini.parent.iterdir()) == ["tflite-inspector.ini"]


@pytest.mark.parametrize("words", [["tensors", "--json"], ["export-c"]], ids=" ".join)
def test_two_exports_to_one_place_leave_one_whole_file(words: list[str], tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    command = [sys.executable, "-m", "inspector", *words, str(SAMPLES / "digits_cnn.float32.tflite"), "--force"]
    running = [subprocess.Popen([*command, "-o", str(target)], cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [each.wait(60) for each in running] == [0, 0, 0]
    left = sorted(tmp_path.rglob("*"))
    if words[0] == "tensors":
        assert left == [target] and len(json.loads(target.read_text())) == 17
    else:
        assert len([path for path in left if path.is_file()]) == 2 and not list(tmp_path.rglob("*.tmp"))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11")
def test_a_display_that_does_not_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt would end the process with SIGABRT."""
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1] - 6000
    for display in (
        f"127.0.0.1:{number}.0",
        ":4711",
        "no such host.invalid:0",
        "nonsense",
        ":1x",
        "127.0.0.1:99999999",
    ):
        monkeypatch.setenv("DISPLAY", display)
        sentence = missing_display()
        assert sentence is not None and display in sentence, display
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        monkeypatch.setenv("DISPLAY", f"127.0.0.1:{server.getsockname()[1] - 6000}")
        assert missing_display() is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11")
def test_the_program_itself_ends_with_a_sentence_without_a_display(tmp_path: Path) -> None:
    others = {name: value for name, value in os.environ.items() if name not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")}
    words = [sys.executable, "-m", "inspector", str(SAMPLES / "digits_cnn.h5")]
    for display in ("", ":4711", "127.0.0.1:1"):
        environment = others | {"DISPLAY": display}
        done = subprocess.run(words, cwd=ROOT, timeout=60, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1, (display, done.stderr)
        assert done.stderr.startswith("tflite-inspector: There is no display") and done.stderr.count("\n") == 1


def test_damaged_settings_do_not_keep_the_window_from_opening(tmp_path: Path, ini: Path, qtbot: QtBot) -> None:
    ini.write_bytes(_DAMAGE["noise"])
    picture = tmp_path / "window.png"
    words = [sys.executable, "-m", "inspector", str(SAMPLES / "digits_cnn.float32.tflite"), "--snapshot", str(picture)]
    environment = os.environ | {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and picture.stat().st_size > 10_000, done.stderr
    assert ini.read_bytes() == _DAMAGE["noise"]  # a picture leaves no traces
