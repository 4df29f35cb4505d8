"""A second start gives its files to the window that is open, which comes to the front; and when it can't."""

import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from inspector.gui import hand_over as hand_over_module
from inspector.gui.hand_over import ANSWER, MOST_BYTES, address, hand_over
from inspector.gui.window_server import WindowServer
from tests.conftest import ROOT


@pytest.fixture
def place() -> Iterator[str]:
    """Where a socket can be: its path has to be short."""
    folder = tempfile.mkdtemp(prefix="t-i-")
    yield f"{folder}/window"
    shutil.rmtree(folder)


class Taken(list[list[str]]):
    """What a window was given."""

    def __call__(self, files: Sequence[str]) -> None:
        self.append(list(files))


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def server(qtbot: QtBot, place: str, taken: Taken) -> WindowServer:
    window = QWidget()
    qtbot.addWidget(window)
    made = WindowServer(place, window, taken)
    window.server = made  # type: ignore[attr-defined]
    return made


OTHER = """
import json, os, sys, time
import PySide6.QtNetwork
from inspector.gui.hand_over import hand_over
for line in sys.stdin:
    folder, place, arguments = json.loads(line)
    os.chdir(folder)
    started = time.perf_counter()
    told = hand_over(arguments, place)
    print(json.dumps([told, time.perf_counter() - started]), flush=True)
"""


class OtherStart:
    """`hand_over` in another process, while this one's windows go on."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
        )
        self.seconds = 0.0

    def __call__(self, place: str, *arguments: str) -> bool:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps([os.getcwd(), place, arguments]) + "\n")
        self.process.stdin.flush()
        while not select.select([self.process.stdout], [], [], 0)[0]:
            QApplication.processEvents()
        told, self.seconds = json.loads(self.process.stdout.readline())
        return bool(told)


@pytest.fixture(scope="module")
def another_start() -> Iterator[OtherStart]:
    made = OtherStart()
    yield made
    made.process.communicate(timeout=20)


def asked_by_hand(place: str, line: bytes) -> bytes:
    """What the window answers to any bytes."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(place)
        client.setblocking(False)
        sent, answer = memoryview(line), b""
        ends = time.monotonic() + 10
        while time.monotonic() < ends:
            QApplication.processEvents()
            try:
                if sent:
                    sent = sent[client.send(sent) :]
                else:
                    more = client.recv(100)
                    if not more:
                        break
                    answer += more
            except BlockingIOError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                break
        return answer


def test_files_open_in_the_window_that_is_there(
    server: WindowServer,
    taken: Taken,
    place: str,
    another_start: OtherStart,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert server.listening
    assert another_start(place, "a.tflite", "sub/../b c.keras", "/root.h5")
    assert taken == [[str(tmp_path / "a.tflite"), str(tmp_path / "b c.keras"), "/root.h5"]]


def test_the_window_comes_back_from_the_task_bar(
    server: WindowServer, place: str, another_start: OtherStart, qtbot: QtBot
) -> None:
    window = server.parent()
    assert isinstance(window, QWidget)
    window.setWindowState(Qt.WindowState.WindowMinimized | Qt.WindowState.WindowMaximized)
    window.show()
    assert another_start(place)
    qtbot.waitUntil(lambda: window.isVisible() and not window.isMinimized())
    assert window.isMaximized(), "it is as large as it was"


def test_what_wayland_lets_a_window_come_to_the_front_with_is_handed_on(
    server: WindowServer, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "before")
    request = json.dumps({"files": [], "token": "a-token"}).encode() + b"\n"
    assert asked_by_hand(place, request) == ANSWER
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "a-token"


@pytest.mark.parametrize(
    "arguments", [["--new-window"], ["m.tflite", "--new-window"], ["m.tflite", "--tab", "tensors"]]
)
def test_options_are_for_a_window_of_their_own(
    server: WindowServer, taken: Taken, place: str, another_start: OtherStart, arguments: list[str]
) -> None:
    assert not another_start(place, *arguments)
    assert taken == []


def test_handing_over_takes_no_time(server: WindowServer, place: str, another_start: OtherStart) -> None:
    times = []
    for _each in range(10):
        assert another_start(place, "m.tflite")
        times.append(another_start.seconds)
    assert sorted(times)[5] < 0.05


def test_without_a_window_it_is_the_first(place: str, tmp_path: Path) -> None:
    assert not hand_over(["m.tflite"], place) and not hand_over(["m.tflite"], "")


def test_what_a_killed_window_left_is_in_nobodys_way(
    place: str, another_start: OtherStart, taken: Taken, request: pytest.FixtureRequest
) -> None:
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(place)
    dead.listen()
    dead.close()
    assert os.path.exists(place) and not hand_over(["m.tflite"], place)
    server = request.getfixturevalue("server")
    assert server.listening and another_start(place, "/m.tflite") and taken == [["/m.tflite"]]


def test_a_second_window_leaves_the_first_its_place(
    server: WindowServer, taken: Taken, place: str, another_start: OtherStart, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    second = WindowServer(place, window, lambda _files: pytest.fail("the first one is asked"))
    assert not second.listening
    second.close()
    assert another_start(place, "/m.tflite") and taken == [["/m.tflite"]]


def test_a_window_that_goes_is_not_asked_any_more(server: WindowServer, place: str) -> None:
    server.close()
    assert not os.path.exists(place) and not hand_over(["m.tflite"], place)


def test_a_window_that_does_not_answer_gets_company(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand_over_module, "_PATIENCE_MS", 50)
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(place)
        hung.listen()
        assert not hand_over(["m.tflite"], place)


@pytest.mark.parametrize(
    "line",
    [
        b"\n", b"not json\n", b"[]\n", b'{"files": "x", "token": ""}\n', b'{"files": ["relative"], "token": ""}\n',
        b'{"files": [7], "token": ""}\n', b'{"files": ["/a\\u0000b"], "token": ""}\n', b"[" * 100_000 + b"\n",
        b"x" * (MOST_BYTES + 100),
    ],
    ids=range(9),
)  # fmt: skip
def test_what_is_no_request_is_refused_and_the_window_goes_on(
    server: WindowServer, taken: Taken, place: str, another_start: OtherStart, line: bytes
) -> None:
    assert asked_by_hand(place, line) == b""
    assert taken == [] and another_start(place, "/m.tflite") and taken == [["/m.tflite"]]


def test_each_user_and_each_screen_has_a_window_of_its_own(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM")
    monkeypatch.setenv("XDG_RUNTIME_DIR", os.path.dirname(place))
    monkeypatch.setenv("DISPLAY", ":1")
    first = address()
    assert first.startswith(os.path.dirname(place)) and address() == first
    monkeypatch.setenv("DISPLAY", ":2")
    assert address() not in ("", first)
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(tempfile, "tempdir", os.path.dirname(place))
    own = Path(address()).parent
    assert own.name == f"tflite-inspector-{os.getuid()}" and own.stat().st_mode & 0o777 == 0o700


def test_a_place_that_others_can_reach_is_not_used(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(place).parent
    monkeypatch.delenv("QT_QPA_PLATFORM")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    planted = folder / f"tflite-inspector-{os.getuid()}"
    planted.mkdir(mode=0o777)
    planted.chmod(0o777)
    assert address() == ""
    planted.rmdir()
    planted.symlink_to(folder)
    assert address() == ""
    planted.unlink()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / ("long" * 30)))
    assert address() == ""


def test_a_window_that_nobody_sees_is_never_asked() -> None:
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen" and address() == ""
