"""The sdist and the wheel built from it, installed into a fresh environment, are the whole program."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import SAMPLES

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


@pytest.mark.timeout(600)
def test_a_wheel_made_from_the_sdist_works_in_a_fresh_environment(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--outdir", tmp_path, cwd=ROOT)
    assert len(list(tmp_path.glob("*.tar.gz"))) == 1
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "fresh", with_pip=True)
    scripts = tmp_path / "fresh" / "bin"
    run(scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=tmp_path)
    model = str(SAMPLES / "digits_cnn.float32.tflite")
    assert len(json.loads(run(scripts / "tflite-inspector", "tensors", model, "--json", cwd=tmp_path))) == 17
    run(scripts / "tflite-inspector", "--snapshot", "window.png", "--tab", "weights", model, cwd=tmp_path)
    assert (tmp_path / "window.png").stat().st_size > 20_000, "icons, style and plots are in it"
    said = run(scripts / "python", "-c", "import inspector; print(inspector.__file__)", cwd=tmp_path)
    assert "fresh" in said, "what ran was the wheel's, not this checkout"
