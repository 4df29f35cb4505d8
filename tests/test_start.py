"""What a fresh process loads: start-up stays quick because what a command does not need is never imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("PySide6", "matplotlib", "tensorflow", "keras", "tf_keras", "h5py", "sklearn", "rich", "ai_edge_litert")
SAMPLE = ROOT / "resources" / "samples" / "digits_cnn.float32.tflite"


def loaded_after(code: str, *arguments: str) -> set[str]:
    """The heavy packages in sys.modules after `code` ran in a process of its own."""
    report = f"\nimport sys\nprint('loaded:', *[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code + report, *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_importing_the_command_line_loads_nothing_heavy():
    assert loaded_after("import inspector.__main__, inspector.cli.main") == set()


def test_not_even_numpy_is_loaded_to_find_the_command():
    code = "import sys, inspector.__main__, inspector.cli.main; assert 'numpy' not in sys.modules"
    assert loaded_after(code) == set()


@pytest.mark.parametrize(
    "words",
    [["tensors"], ["tensors", "--json"], ["tensors", "--analyzer"], ["weights", "--json"], ["show"], ["--help"]],
    ids=" ".join,
)
def test_listing_a_tflite_file_loads_nothing_heavy(words: list[str]):
    code = "import sys; from inspector.cli.main import main; assert main(sys.argv[1:]) == 0"
    assert loaded_after(code, *words, *([str(SAMPLE)] if words != ["--help"] else [])) == set()


def test_showing_a_tflite_file_in_the_window_leaves_tensorflow_out(tmp_path: Path):
    picture = tmp_path / "window.png"
    code = "import sys; from inspector.gui.app import run; assert run(sys.argv[1:]) == 0"
    loaded = loaded_after(code, str(SAMPLE), "--snapshot", str(picture))
    assert picture.stat().st_size > 10_000
    assert "PySide6" in loaded
    assert not loaded & {"tensorflow", "keras", "tf_keras", "h5py", "sklearn", "rich"}


def test_the_guard_sees_what_it_guards_against():
    assert loaded_after("import rich") == {"rich"}
