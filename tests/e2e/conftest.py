"""A virtual screen with a window manager for all stories, and somebody at it for each."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SAMPLES
from tests.e2e.person import ROOT, Person

NEEDED = ("Xvfb", "openbox", "xdotool")
PICTURES = ROOT / "build" / "e2e"


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A screen of 1600 x 1000 that openbox manages."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"no {', '.join(missing)} on this machine")
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"], pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as numbers:
        name = f":{numbers.readline().strip()}"
    home = tmp_path_factory.mktemp("manager")
    environment = {**os.environ, "DISPLAY": name, "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    yield name
    for process in (manager, screen):
        process.terminate()
        process.wait(20)


@pytest.fixture
def person(display: str, tmp_path: Path) -> Iterator[Person]:
    """Somebody with an empty home folder."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    made = Person(display, home, PICTURES)
    yield made
    made.leave()


@pytest.fixture(scope="session")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample and its variants float32, dynamic_range and int8."""
    folder = tmp_path_factory.mktemp("variants")
    for name in ("digits_cnn.h5", "digits.npz"):
        shutil.copy(SAMPLES / name, folder)
    recipes = [word for name in ("float32", "dynamic_range", "int8") for word in ("--recipe", name)]
    words = ["quantize", "digits_cnn.h5", "-o", ".", "--calibration", "digits.npz:x_calibration", *recipes]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "inspector", *words], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder
