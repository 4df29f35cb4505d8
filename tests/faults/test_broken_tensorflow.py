"""TensorFlow is missing, broken or of another time: jobs say so in a sentence, and everything else works."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES
from tests.faults.limited import left

_KINDS = {
    "missing": ("raise ModuleNotFoundError(\"No module named 'tensorflow'\", name='tensorflow')", "tensorflow"),
    "a library of it missing": (
        "raise ImportError('libcc.so.2: cannot open shared object')",
        "libcc",
    ),
    "made for another numpy": ("raise AttributeError('_ARRAY_API not found')", "_ARRAY_API"),
    "raises": ("raise RuntimeError('the GPU driver is too old')", "GPU driver is too old"),
    "ends the process": ("import os\nos._exit(3)", "exit code 3"),
    "aborts": ("import os\nos.abort()", "SIGABRT"),
    "crashes": ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
    "of another time": ("__version__ = '1.0'", ""),
    "no code": ("this is no Python", "invalid syntax"),
    "talks": ("print('{\"ev\": \"finished\"}' * 3, flush=True)\nraise ImportError('no')", "no"),
}


def _run(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(folder / "packages"), "XDG_CACHE_HOME": str(folder / "cache"),
                                "TMPDIR": str(folder / "temporary")}  # fmt: skip
    (folder / "temporary").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "inspector", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("kind", _KINDS)
def test_a_job_ends_in_a_sentence_and_leaves_nothing(kind: str, tmp_path: Path) -> None:
    code, said = _KINDS[kind]
    package = tmp_path / "packages" / "tensorflow"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(code + "\n")
    out = tmp_path / "out"
    out.mkdir()
    done = _run(tmp_path, "quantize", SAMPLES / "digits_cnn.h5", "--recipe", "dynamic_range", "-o", out)
    assert done.returncode == 1, (done.returncode, done.stdout[-500:], done.stderr[-1500:])
    last = done.stderr.splitlines()[-1]
    assert last.startswith("tflite-inspector: ") and last.endswith((".", ")", '"')) and said in last, done.stderr
    assert "Traceback" not in done.stderr and "is a bug" not in done.stderr, done.stderr
    assert left(out) == [] and left(tmp_path / "temporary") == []


def test_what_needs_no_tensorflow_never_meets_it(tmp_path: Path) -> None:
    package = tmp_path / "packages" / "tensorflow"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("import os\nos.abort()\n")
    seen = _run(tmp_path, "compare", SAMPLES / "digits_cnn.h5", SAMPLES / "digits_cnn.float32.tflite")
    assert (seen.returncode, seen.stderr) == (0, "")
