"""A second start gives its files to the window that is open already, and ends; `--new-window` doesn't.

A request is one JSON line: {"files": [absolute paths], "token": what the desktop lets a window come to the front with}.
The answer is one line, `ANSWER`. Nothing of Qt's network is imported where no window can be there.
"""

import json
import os
import stat
import sys
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

ANSWER = b"opened\n"
MOST_BYTES = 4 << 20  # of a request: more than any command line holds
_PATIENCE_MS = 1000
_UNSEEN = ("offscreen", "minimal", "vnc")
_TOKENS = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
_LONGEST = 100  # characters of a socket's path: the system has room for 104 or more


def address() -> str:
    """Where this user's window on this screen is reached; "" where it can't be: nobody sees it, or there is no place
    of the user's own."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform.partition(":")[0] in _UNSEEN:
        return ""
    screen = "\n".join((os.environ.get("DISPLAY", ""), os.environ.get("WAYLAND_DISPLAY", ""), platform))
    name = f"{zlib.crc32(screen.encode('utf-8', 'surrogateescape')):08x}"  # hashlib would take 3 ms of every start
    if sys.platform == "win32":
        import getpass

        return f"tflite-inspector-{getpass.getuser()}-{name}"
    folder = _own_folder()
    path = "" if folder is None else str(folder / f"tflite-inspector-{name}")
    return path if len(os.fsencode(path)) <= _LONGEST else ""


def hand_over(arguments: Sequence[str], place: str | None = None) -> bool:
    """Whether the window that is open took the files of `arguments` and came to the front.

    Not asked for files with options (`--tab`, `--theme`, ...), which say how a window of their own begins.
    `place` is an address, by default this user's.
    """
    if any(each.startswith("-") for each in arguments):
        return False
    place = address() if place is None else place
    if not place or (sys.platform != "win32" and not os.path.exists(place)):
        return False
    from PySide6.QtNetwork import QLocalSocket

    token = next((os.environ[name] for name in _TOKENS if os.environ.get(name)), "")
    files = [os.path.abspath(os.path.expanduser(each)) for each in arguments]
    request = json.dumps({"files": files, "token": token}).encode() + b"\n"
    socket = QLocalSocket()
    socket.connectToServer(place)
    if len(request) > MOST_BYTES or not socket.waitForConnected(_PATIENCE_MS):
        return False
    socket.write(request)
    while not socket.canReadLine():  # a window that is too busy to answer gets company
        if not socket.waitForReadyRead(_PATIENCE_MS):
            return False
    return socket.readLine().data() == ANSWER


def _own_folder() -> Path | None:
    """A folder that only this user can look into: sockets in it are this user's."""
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if given and _is_own(Path(given)):
        return Path(given)
    folder = Path(tempfile.gettempdir()) / f"tflite-inspector-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return None
    return folder if _is_own(folder) else None


def _is_own(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
