"""What a damaged input brought to light: the exception, its place, and the smallest file that still shows it."""

import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_TRIES = 400


@dataclass(frozen=True, slots=True)
class Finding:
    """`key` is the kind of exception and the line of this project that raised it: one bug has one key."""

    number: int
    what: str
    key: str
    text: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def finding_of(error: BaseException, number: int, what: str) -> Finding:
    text = "".join(traceback.format_exception(error))
    return Finding(number, what, key_of(error), text[-4000:])


def key_of(error: BaseException) -> str:
    places = [frame for frame in traceback.extract_tb(error.__traceback__) if "/inspector/" in frame.filename]
    frame = places[-1] if places else traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {Path(frame.filename).name}:{frame.lineno}"


def smaller(data: bytes, still: Callable[[bytes], bool]) -> bytes:
    """`data` with as much of it cut off or zero as `still` allows, in at most 400 tries."""
    tries = 0
    size = len(data) // 2
    while size >= 8 and tries < _TRIES:
        if still(data[:-size]):
            data = data[:-size]
        tries += 1
        at = 0
        while at < len(data) and tries < _TRIES:
            blank = data[:at] + bytes(len(data[at : at + size])) + data[at + size :]
            if blank != data:
                tries += 1
                if still(blank):
                    data = blank
            at += size
        size //= 2
    return data
