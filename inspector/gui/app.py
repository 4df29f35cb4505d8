"""Starts the window: its options, the application, the hook that keeps an error in a slot from going unseen."""

import argparse
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QThreadPool, QTimer
from PySide6.QtWidgets import QApplication

from inspector.gui.application import Application, application
from inspector.gui.background import stop_all
from inspector.gui.hand_over import address
from inspector.gui.main_window import USUAL_SIZE, MainWindow
from inspector.gui.session import Session
from inspector.gui.settings import Settings
from inspector.gui.tabs import TAB_IDS
from inspector.gui.theme import THEMES, apply_theme

_SERVE_AFTER_MS = 100  # other starts of the program wait until the window is painted
_SETTLE_SECONDS = 0.3
_ANSWER_SECONDS = 3.0
_SNAPSHOT_LIMIT_SECONDS = 60.0


def options_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tflite-inspector", description="Opens the window.")
    parser.add_argument("files", nargs="*", metavar="FILE", help="a .tflite, .h5, .hdf5, .keras or .weights.h5 file")
    parser.add_argument("--tab", choices=TAB_IDS, default="", help="the tab to begin with")
    parser.add_argument("--theme", choices=THEMES, help="for this time; View > Theme is remembered")
    parser.add_argument("--size", metavar="WIDTHxHEIGHT", type=_size, help="the window's size in pixels")
    parser.add_argument("--select", metavar="T#N", default="", help="the tensor or operator to begin with")
    parser.add_argument("--new-window", action="store_true", help="open another window beside the one that is open")
    parser.add_argument("--snapshot", metavar="PNG", help="draw the window into a picture and end; needs no display")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and 0 < int(width) < 20_000 and 0 < int(height) < 20_000):
        raise argparse.ArgumentTypeError(f'"{text}" is no size; write it as 1440x900')
    return int(width), int(height)


def run(arguments: Sequence[str]) -> int:
    """Opens the window with the files of `arguments` and returns the exit code when it is closed."""
    options = options_parser().parse_intermixed_args(list(arguments))
    if options.snapshot:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # it repeats what it can't do
    elif (sentence := missing_display()) is not None:
        print(f"tflite-inspector: {sentence}", file=sys.stderr)
        return 1
    gc.disable()  # nothing to collect in the first moments; looking for it takes a tenth of them
    app = application()
    settings = Settings(read_only=bool(options.snapshot))
    apply_theme(app, options.theme or settings.text("theme", "system"))
    if path := settings.text("job_python"):
        from inspector.jobs.job_python import VARIABLE

        os.environ.setdefault(VARIABLE, path)
    session = Session()
    window = MainWindow(session, settings, options.tab)
    sys.excepthook = _say_errors_in(session)
    if options.size or options.snapshot:
        window.resize(*(options.size or USUAL_SIZE))
    session.open_all(options.files)
    window.show()
    if sentence := settings.problem():
        session.failed.emit(sentence)
    if isinstance(app, Application):
        app.open_files_with(session.open_later)
    QTimer.singleShot(0, _start_collecting)
    if options.select:
        window.edits.go_to(options.select)
    if options.snapshot:
        return _snapshot(app, window, Path(options.snapshot))
    QTimer.singleShot(_SERVE_AFTER_MS, window, lambda: _serve(app, window))
    return _until_closed(app)


def _serve(app: QApplication, window: MainWindow) -> None:
    """Later starts of the program give their files to this window, where it is the only one."""
    place = address()
    if place:
        from inspector.gui.window_server import WindowServer

        app.aboutToQuit.connect(WindowServer(place, window, window.session.open_later).close)


def _until_closed(app: QApplication) -> int:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in the terminal: Python would only see it at the next event
    try:
        code = app.exec()
    finally:
        sys.excepthook = sys.__excepthook__  # the window is going: nobody is left to show a sentence to
        stopped = stop_all()
    if not stopped:  # a thread hangs in the system, such as on a disk that is gone: Python would wait for it
        sys.stdout.flush()
        os._exit(code)
    return code


def missing_display() -> str | None:
    """A sentence when there is no screen to open a window on. Qt would end the whole process."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return None
    display = os.environ.get("DISPLAY", "")
    host, _, number = display.rpartition(":")
    usual = "On the command line: tflite-inspector show FILE."
    if not display:
        return f"There is no display to open a window on (DISPLAY is not set). {usual}"
    if not _answers(host, number.split(".")[0]):
        return f"There is no display {display} to open a window on. {usual}"
    return None


def _answers(host: str, number: str) -> bool:
    """Whether something listens where the X server should: Qt ends the process where nothing does."""
    import socket

    if not number.isdecimal():
        return False
    local = f"/tmp/.X11-unix/X{number}"
    try:
        if host in ("", "unix"):
            return _listens("\0" + local) or _listens(local)  # Xlib asks in this order
        if "/" not in host:  # XQuartz has a path there
            socket.create_connection((host, 6000 + int(number)), _ANSWER_SECONDS).close()
    except (OSError, OverflowError):
        return False
    return True


def _listens(place: str) -> bool:
    import socket

    with socket.socket(socket.AF_UNIX) as tried:
        return tried.connect_ex(place) == 0


def _start_collecting() -> None:
    gc.freeze()  # what the start made stays for good
    gc.enable()


def _snapshot(app: QApplication, window: MainWindow, path: Path) -> int:
    """Waits until nothing moves any more, then draws the window into `path`."""
    start = quiet_since = time.monotonic()
    pool = QThreadPool.globalInstance()
    while time.monotonic() - quiet_since < _SETTLE_SECONDS and time.monotonic() - start < _SNAPSHOT_LIMIT_SECONDS:
        app.processEvents()
        if pool.activeThreadCount() or getattr(window.tabs.panel, "busy", False):
            quiet_since = time.monotonic()
        time.sleep(0.01)
    if not window.grab().save(str(path)):
        print(f"tflite-inspector: The picture can't be written to {path}.", file=sys.stderr)
        return 1
    print(f"The window, drawn into {path.resolve()}")
    window.close()
    return 0


def _say_errors_in(session: Session) -> Callable[..., None]:
    def hook(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, where)
        if issubclass(kind, Exception):
            session.failed.emit(f"{kind.__name__}: {error}. This is a bug in TFLite Inspector; the window goes on.")

    return hook
