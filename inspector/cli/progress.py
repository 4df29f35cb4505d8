"""Progress of long work on stderr, where a person looks at it; Ctrl+C stops the work."""

import sys
import time

from inspector.model.text import printable

_PATIENCE = 0.5  # seconds before anything is said


class ProgressLine:
    """A progress callback that keeps one line up to date, and takes it away when the work is done."""

    def __init__(self, every: bool = False) -> None:
        """`every`: each message is shown, at once, as each begins a long step; else ten a second, after a while."""
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._pause = 0.0 if every else 0.1
        self._next = 0.0 if every else time.monotonic() + _PATIENCE
        self._width = 0

    def __call__(self, fraction: float | None, message: str) -> None:
        if not self._terminal or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._pause
        text = message if fraction is None else f"{message} ({fraction:.0%})"
        self._show(printable(text[:78]))

    def above(self, text: str, warning: str = "") -> None:
        """Lines that stay: one on stdout, one on stderr; "" for none."""
        if self._width:
            self._show("")
        if text:
            print(text, flush=True)
        if warning:
            print(f"tflite-inspector: {warning}", file=sys.stderr, flush=True)

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._width:
            self._show("")

    def _show(self, text: str) -> None:
        print(f"\r{text:<{self._width}}", end="\r" if not text else "", file=sys.stderr, flush=True)
        self._width = len(text)
