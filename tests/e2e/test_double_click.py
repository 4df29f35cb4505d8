"""Somebody installs the program for their desktop and double-clicks models; `gio open` and `xdg-open` do the click."""

import os
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.desktop.linux import LinuxDesktop
from inspector.desktop.program import program
from tests.conftest import SAMPLES
from tests.e2e.person import PATIENCE, Person

pytestmark = pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("gio", "xdg-open", "update-mime-database")), reason="no desktop's tools"
)
TFLITE, KERAS = SAMPLES / "digits_cnn.float32.tflite", SAMPLES / "digits_cnn.h5"


@pytest.fixture
def home(person: Person) -> Iterator[Path]:
    """The person's, with the program installed; whatever window a double-click opened is closed at the end."""
    LinuxDesktop(person.environment).install(program())
    yield person.home
    if (pid := pid_of_window(person.runtime)) is not None:
        os.kill(pid, signal.SIGTERM)


def pid_of_window(runtime: Path) -> int | None:
    """The process that takes the files of later starts."""
    for place in runtime.glob("tflite-inspector-*"):
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(place))
            except OSError:
                continue
            told = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            return int(struct.unpack("3i", told)[0])
    return None


def in_front(person: Person) -> str:
    """The title of the window that has the keyboard."""
    words = ["xdotool", "getactivewindow", "getwindowname"]
    return subprocess.run(words, env=person.environment, capture_output=True, text=True, timeout=60).stdout.strip()


def wait_for(person: Person, title: str) -> int:
    """Until the window with this title is in front and serves; its process."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if in_front(person) == title and (pid := pid_of_window(person.runtime)) is not None:
            return pid
        time.sleep(0.05)
    picture = person.picture("double-click-missed")
    raise AssertionError(f'"{in_front(person)}" is in front instead of "{title}": {picture}')


def click(person: Person, *words: str, folder: Path) -> None:
    """What a file manager does, and waits for it."""
    subprocess.run(words, cwd=folder, env=person.environment, stdout=subprocess.DEVNULL, check=True, timeout=PATIENCE)


def test_double_clicks_open_one_window_after_another_in_the_same(person: Person, home: Path) -> None:
    first, second = person.copy(TFLITE, KERAS)
    bare = Path(shutil.copy(TFLITE, home / "no_suffix"))
    click(person, "gio", "open", str(first), folder=home)
    pid = wait_for(person, f"{first.name} - TFLite Inspector")
    click(person, "gio", "open", "no_suffix", folder=home)
    assert wait_for(person, f"{bare.name} - TFLite Inspector") == pid
    click(person, "xdg-open", second.name, folder=second.parent)
    assert wait_for(person, f"{second.name} - TFLite Inspector") == pid
    person.picture("double-click")


def test_after_a_kill_the_next_double_click_opens_a_window_again(person: Person, home: Path) -> None:
    (model,) = person.copy(TFLITE)
    words = ["xdg-open", model.name]  # which stays as long as the window
    with subprocess.Popen(words, cwd=model.parent, env=person.environment, stderr=subprocess.DEVNULL) as started:
        pid = wait_for(person, f"{model.name} - TFLite Inspector")
        os.kill(pid, signal.SIGKILL)
        assert started.wait(PATIENCE) != 0
    assert pid_of_window(person.runtime) is None and list(person.runtime.glob("tflite-inspector-*")), (
        "it left its socket behind"
    )
    click(person, "gio", "open", str(model), folder=home)
    assert wait_for(person, f"{model.name} - TFLite Inspector") != pid


def test_the_window_comes_to_the_front_and_new_window_opens_another(person: Person, home: Path) -> None:
    first, second = person.copy(TFLITE, KERAS)
    person.start(first)
    ours = int(person.look("window().winId()"))
    stranger = subprocess.Popen([program(), "--new-window", "--theme", "dark"], env=person.environment)
    try:
        wait_for(person, "TFLite Inspector")
        person.until("not window().isActiveWindow()")
        click(person, "gio", "open", str(second), folder=home)
        person.until(f"window().isActiveWindow() and window().windowTitle().startswith({second.name!r})")
        front = subprocess.check_output(["xdotool", "getactivewindow"], env=person.environment)
        assert int(front) == ours
        assert person.look("[each.path.name for each in window().session.models]") == [first.name, second.name]
    finally:
        stranger.terminate()
        stranger.wait(20)
