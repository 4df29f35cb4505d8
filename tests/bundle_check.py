"""Tries the frozen program as a user gets it: `python -m tests.bundle_check [dist/tflite-inspector]`.

A copy of it runs far from the source, with an empty home folder and hardly any environment. Ends with the first thing
that is wrong. The viewer's jobs run in the Python that runs this, which has TensorFlow.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.measure import interleaved, run_process
from tests.conftest import SAMPLES

ROOT = Path(__file__).resolve().parents[1]
MOST_UNPACKED, MOST_PACKED, MOST_START = 330e6, 130e6, 1.5
MODEL, KERAS, DATA = "digits_cnn.float32.tflite", "digits_cnn.h5", "digits.npz"
_SETTLED = 0.3  # seconds that a snapshot waits for nothing to move, in both programs


class Trial:
    """The copied program in its own folder."""

    def __init__(self, folder: Path, bundle: Path) -> None:
        self.folder, self.program = folder, folder / "program" / bundle.name / bundle.name
        shutil.copytree(bundle, self.program.parent, symlinks=True)
        (folder / "home").mkdir()
        for name in (MODEL, KERAS, DATA):
            shutil.copy(SAMPLES / name, folder)
        self.full = not (self.program.parent / "_internal" / "source").is_dir()

    def environment(self, **more: str) -> dict[str, str]:
        return {"HOME": str(self.folder / "home"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **more}

    def run(self, *words: str, code: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
        """Runs it and wants this exit code."""
        done = subprocess.run(
            [self.program, *words], cwd=self.folder, env=self.environment(**more), capture_output=True, text=True,
            timeout=300,
        )  # fmt: skip
        wants(done.returncode == code, f"{' '.join(words)} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done


def wants(holds: bool, otherwise: str) -> None:
    if not holds:
        sys.exit(f"bundle: {otherwise}")


def shows_a_model(trial: Trial) -> str:
    for name, tensors in ((MODEL, 17), (KERAS, 10)):
        found = json.loads(trial.run("tensors", name, "--json").stdout)
        wants(len(found) == tensors, f"{name} has {len(found)} tensors, not {tensors}")
    return "opens a .tflite and a Keras file"


def exports_c(trial: Trial) -> str:
    trial.run("export-c", MODEL, "-o", "model.c")
    if shutil.which("gcc") is None:
        return "exports a C array (no gcc here to compile it)"
    subprocess.run(["gcc", "-Wall", "-Werror", "-c", "model.c", "-o", "model.o"], cwd=trial.folder, check=True)
    return "exports a C array that gcc compiles"


def draws(trial: Trial) -> str:
    trial.run("--snapshot", "window.png", "--tab", "weights", "--select", "T#1", MODEL)
    trial.run("histogram", MODEL, "--all", "-o", "plots.svg")
    wants((trial.folder / "window.png").stat().st_size > 20_000, "the window's picture is empty")
    return "opens the window and draws plots"


def works(trial: Trial) -> str:
    """The worker: a variant, and how it scores."""
    python = {} if trial.full else {"TFLITE_INSPECTOR_PYTHON": sys.executable}
    if not trial.full:
        said = trial.run("quantize", KERAS, "--recipe", "dynamic_range", "-o", "none", code=1, PATH="/nowhere").stderr
        wants("TFLITE_INSPECTOR_PYTHON" in said, f"without a Python for jobs it says: {said}")
    trial.run("quantize", KERAS, "--recipe", "int8", "--calibration", f"{DATA}:x_calibration", "-o", "made", **python)
    made = trial.folder / "made" / "digits_cnn.int8.tflite"
    row = trial.run("evaluate", str(made), "--data", f"{DATA}:x_test", "--labels", "y_test", "--json", **python)
    accuracy = json.loads(row.stdout)["accuracy"]
    wants(0.8 < accuracy <= 1, f"the variant's accuracy is {accuracy}")
    return f"quantizes to int8 and scores it: accuracy {accuracy:.1%}"


def leaves_nothing_out(trial: Trial) -> str:
    """What the viewer must not have, and that nothing refers to the source it was built from."""
    if trial.full:
        return "full: has TensorFlow inside"
    inside = {path.name for path in (trial.program.parent / "_internal").iterdir()}
    wants(not inside & {"tensorflow", "scipy", "sklearn", "keras"}, "the viewer has TensorFlow, scipy or scikit-learn")
    return "has no TensorFlow, scipy or scikit-learn"


def sizes(trial: Trial) -> str:
    files = [path for path in trial.program.parent.rglob("*") if path.is_file() and not path.is_symlink()]
    unpacked = sum(path.stat().st_size for path in files)
    packed = trial.folder / "bundle.tar.gz"
    with tarfile.open(packed, "w:gz", compresslevel=6) as archive:
        archive.add(trial.program.parent, "tflite-inspector")
    small = packed.stat().st_size
    text = f"{unpacked / 1e6:.0f} MB unpacked, {small / 1e6:.0f} MB as .tar.gz"
    wants(trial.full or (unpacked <= MOST_UNPACKED and small <= MOST_PACKED), f"too large: {text}")
    return text


def start(trial: Trial) -> str:
    """From the command to the painted window, beside the source checkout. Said, not demanded: it is a time."""
    words = ["--snapshot", str(trial.folder / "start.png"), str(trial.folder / MODEL)]
    home: Mapping[str, str] = {"HOME": str(trial.folder / "home")}
    found = interleaved(
        {
            "frozen": lambda: run_process([str(trial.program), *words], home),
            "checkout": lambda: run_process([sys.executable, "-m", "inspector", *words], home, ROOT),
        },
        5,
    )
    frozen, checkout = (found[name].wall - _SETTLED for name in ("frozen", "checkout"))
    return (
        f"starts in {frozen:.2f} s, the checkout in {checkout:.2f} s: {frozen / checkout:.2f}x (at most {MOST_START}x)"
    )


def main() -> None:
    bundle = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist" / "tflite-inspector").resolve()
    os.environ.pop("PYTHONPATH", None)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), bundle)
        for part in (shows_a_model, exports_c, draws, works, leaves_nothing_out, sizes, start):
            print(f"bundle: {part(trial)}", flush=True)


if __name__ == "__main__":
    main()
