"""What worker and client say to each other: one JSON object a line.

To the worker: {"id", "job", "options"}; job "warm" only imports what its engine needs. From it: a Ready line once, and
Progress, Detail, Finished or Failed with the id of their job. End of the worker's input means: stop and leave.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from inspector.errors import InspectorError


@dataclass(frozen=True, slots=True)
class Request:
    """A job for the worker; `options` as `to_dict` gives them."""

    id: str
    job: str
    options: dict[str, Any]

    def line(self) -> bytes:
        return _line({"id": self.id, "job": self.job, "options": self.options})


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has started and reads jobs; it has imported nothing heavy yet."""

    process: int


@dataclass(frozen=True, slots=True)
class Progress:
    """`fraction` 0 to 1, None where it is unknown; `message` says what is done now."""

    id: str
    fraction: float | None
    message: str


@dataclass(frozen=True, slots=True)
class Detail:
    """What a part of the job came to, for who follows it closely: plain values, as its task documents them."""

    id: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finished:
    """The job is done; `result` is what the task returned."""

    id: str
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """The job ended without a result. `kind` is "error", "usage" or "cancelled"; `sentence` is for the user."""

    id: str
    sentence: str
    kind: str = "error"


Event = Ready | Progress | Detail | Finished | Failed
_EVENTS: dict[str, type[Any]] = {each.__name__.lower(): each for each in (Ready, Progress, Detail, Finished, Failed)}


class ProtocolError(InspectorError):
    """A line that is no event or request."""


def event_line(event: Event) -> bytes:
    values = {name: getattr(event, name) for name in event.__slots__}
    return _line({"event": type(event).__name__.lower(), **values})


def read_event(line: bytes) -> Event:
    """Raises ProtocolError."""
    values = _object(line)
    kind = _EVENTS.get(str(values.pop("event", "")))
    if kind is None or not set(values) <= set(kind.__slots__):
        raise ProtocolError(f"The worker wrote a line that is no event: {line[:80]!r}.")
    try:
        event: Event = kind(**values)
    except TypeError as error:
        raise ProtocolError(f"The worker wrote half an event: {line[:80]!r}.") from error
    return event


def read_request(line: bytes) -> Request:
    """Raises ProtocolError."""
    values = _object(line)
    try:
        return Request(str(values["id"]), str(values["job"]), dict(values["options"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ProtocolError(f"A line that is no job: {line[:80]!r}.") from error


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode() + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except ValueError as error:
        raise ProtocolError(f"A line that is no JSON: {line[:80]!r}.") from error
    if not isinstance(values, dict):
        raise ProtocolError(f"A line that is no JSON object: {line[:80]!r}.")
    return values
