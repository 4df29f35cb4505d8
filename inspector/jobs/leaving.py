"""What a process still does when it has to leave at once: its own workers end with it, instead of a moment later."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LEAVING = threading.Event()
"""Set from when the process leaves: what its own workers end with now is nobody's failure."""
_GUARD = threading.Lock()
_DUTIES: list[Callable[[], object]] = []


@contextmanager
def on_leaving(do: Callable[[], object]) -> Iterator[None]:
    """`do` is called if the process leaves inside of the block; it takes a second at most and raises nothing."""
    with _GUARD:
        _DUTIES.append(do)
    try:
        yield
    finally:
        with _GUARD:
            _DUTIES.remove(do)


def before_leaving() -> None:
    """Does all of it, each in a thread of its own, and waits."""
    LEAVING.set()
    with _GUARD:
        threads = [threading.Thread(target=each, daemon=True) for each in _DUTIES]
    for each in threads:
        each.start()
    for each in threads:
        each.join(1.5)
