"""`desktop install`, `status` and `remove` in a home folder of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from inspector.cli.main import main
from inspector.desktop import association, program

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="changes a Linux desktop")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CURRENT_DESKTOP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    home.mkdir()
    return home


def test_the_state_is_told_before_and_after(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desktop", "status"]) == 0
    assert capsys.readouterr().out.startswith("Not installed.\n  .tflite       TensorFlow Lite model: no program\n")
    assert main(["desktop", "install"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Installed: the desktop starts ") and ".keras        Keras model: this program" in said
    assert main(["desktop", "status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["installed"] and os.access(told["program"], os.X_OK)
    assert [(each["id"], each["ours"]) for each in told["types"][:2]] == [("tflite", True), ("keras", True)]
    assert main(["desktop", "status", "--csv", "--strict", "-o", str(home / "state.csv")]) == 0
    assert (home / "state.csv").read_text().splitlines()[1] == (
        "tflite,.tflite,application/x-tflite,tflite-inspector.desktop,true"
    )
    assert main(["desktop", "remove", "--json"]) == 0
    assert not json.loads(capsys.readouterr().out)["installed"]
    assert main(["desktop", "status", "--strict"]) == 1
    assert not (home / ".local/share/applications/tflite-inspector.desktop").exists()


def test_what_the_desktop_starts_is_the_program(home: Path) -> None:
    ended = subprocess.run([program.program(), "--help"], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0 and "--new-window" in ended.stdout


def test_a_program_that_is_not_installed_says_what_to_do(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "somewhere" / "inspector")])
    assert main(["desktop", "install"]) == 1
    assert "pip install ." in capsys.readouterr().err


def test_a_frozen_program_is_started_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/tflite-inspector/tflite-inspector")
    assert program.program() == "/opt/tflite-inspector/tflite-inspector"


def test_on_macos_it_says_who_does_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(association.sys, "platform", "darwin")
    assert main(["desktop", "install"]) == 2
    assert "drag the bundle" in capsys.readouterr().err


def test_wrong_words_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desktop", "uninstall"]) == 2
    assert "invalid choice" in capsys.readouterr().err
