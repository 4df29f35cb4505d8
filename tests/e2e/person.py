"""Somebody at the screen: looks, clicks, types, drags, takes pictures; waits for what is to be seen, not for a time."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds until something that should be seen counts as missing; machines may be slow."""

_DOUBLE_CLICK = 0.6


class Person:
    """At one virtual screen, with a home folder of their own."""

    def __init__(self, display: str, home: Path, pictures: Path) -> None:
        self.home, self._pictures = home, pictures
        self.runtime = Path(tempfile.mkdtemp(prefix="e2e-"))  # sockets' paths have to be short
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "QT_", "WAYLAND"))},
            "DISPLAY": display, "HOME": str(home), "XDG_DATA_HOME": str(home / ".local" / "share"),
            "XDG_CONFIG_HOME": str(home / ".config"), "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_RUNTIME_DIR": str(self.runtime), "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._clicked = 0, 0, 0.0
        self._errors = home / "stderr.txt"

    # the program

    def start(self, *arguments: str | Path, environment: Mapping[str, str] | None = None) -> None:
        """Starts the program and waits until its window is painted."""
        name = str(self.runtime / "looking")
        with self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.program", name, *map(str, arguments)],
                cwd=self.home, env={**self.environment, **(environment or {})}, stderr=errors,
            )  # fmt: skip
        connection = socket.socket(socket.AF_UNIX)
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                connection.connect(name)
                break
            except OSError:
                assert self.process.poll() is None and time.monotonic() < ends, self._errors.read_text()
                time.sleep(0.05)
        connection.settimeout(PATIENCE)
        self._socket, self._rest = connection, b""
        self.until("window().isVisible() and window().isActiveWindow()")

    def look(self, expression: str) -> Any:
        """The value of an expression in the program; see `program` for the names it may use."""
        assert self._socket is not None
        self._socket.sendall(expression.encode() + b"\n")
        while b"\n" not in self._rest:
            more = self._socket.recv(1 << 16)
            assert more, f"the program ended: {self._errors.read_text()[-2000:]}"
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        return json.loads(line)

    def until(self, expression: str) -> Any:
        """Waits until an expression is true and gives its value."""
        ends = time.monotonic() + PATIENCE
        while True:
            found = self.look(expression)
            if found and not (isinstance(found, dict) and "error" in found):
                return found
            if time.monotonic() > ends:
                raise AssertionError(f"never came true: {expression}; it is {found}. See {self.picture('missed')}")
            time.sleep(0.05)

    def ended(self) -> int:
        """Waits until the program is gone; its exit code."""
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def leave(self) -> None:
        """After a test, whatever it came to. The program must not have written errors."""
        if self._socket is not None:
            self._socket.close()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        shutil.rmtree(self.runtime, ignore_errors=True)
        said = self._errors.read_text() if self._errors.exists() else ""
        assert "Traceback" not in said, said

    # hands

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.environment, check=True, timeout=60)

    def click(self, where: str, button: int = 1, times: int = 1, modifiers: Sequence[str] = ()) -> None:
        """Clicks on what an expression says the place of, such as `of_button("Cancel")`, once that stands still."""
        x, y = self._still(where)
        if (x, y) == self._clicked[:2]:  # two clicks in one place that are not meant as a double click
            time.sleep(max(0.0, self._clicked[2] + _DOUBLE_CLICK - time.monotonic()))
        self._clicked = x, y, time.monotonic()
        self._xdotool("mousemove", str(x), str(y))
        for key in modifiers:
            self._xdotool("keydown", key)
        self._xdotool("click", "--repeat", str(times), "--delay", "60", str(button))
        for key in modifiers:
            self._xdotool("keyup", key)

    def _still(self, where: str) -> tuple[int, int]:
        """A place that was the same twice: layouts settle in several steps."""
        last = self.until(where)
        while True:
            time.sleep(0.08)
            now = self.until(where)
            if now == last:
                return now[0], now[1]
            last = now

    def menu(self, *path: str) -> None:
        """Goes through the menu bar with the mouse: menu("File", "Export", "C Array...")."""
        self.click(f"of_action(window().menuBar(), {path[0]!r})")
        for text in path[1:]:
            self.click(f"of_action(popup(), {text!r})")

    def keys(self, *keys: str) -> None:
        """Presses keys: keys("ctrl+k"), keys("Down", "Return")."""
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)

    def type(self, text: str) -> None:
        """Types into what has the focus."""
        self._xdotool("type", "--delay", "8", "--", text)

    def replace_text(self, where: str, text: str) -> None:
        """Puts a text into a field in place of what stood there."""
        self.click(where)
        self.keys("ctrl+a")
        self.type(text)

    def drag(self, start: tuple[int, int], where: str) -> None:
        """Takes something from `start` and lets it go in the middle of what `where` tells."""
        x, y = self._still(where)
        self._xdotool("mousemove", str(start[0]), str(start[1]), "mousedown", "1")
        for part in (0.1, 0.4, 0.7, 0.95, 1.0):
            step = [round(a + (b - a) * part) for a, b in zip(start, (x, y), strict=True)]
            self._xdotool("mousemove", str(step[0]), str(step[1]))
            time.sleep(0.1)  # a drag is told in steps by both programs
        self._xdotool("mouseup", "1")

    def picture(self, name: str) -> Path:
        """The whole screen, for people to look at."""
        from PIL import ImageGrab

        path = self._pictures / f"{name}.png"
        ImageGrab.grab(xdisplay=self.environment["DISPLAY"]).save(path)
        return path

    def copy(self, *paths: Path) -> list[Path]:
        """Copies files into a folder of theirs, to work on."""
        folder = self.home / "models"
        folder.mkdir(exist_ok=True)
        return [Path(shutil.copy(path, folder)) for path in paths]
