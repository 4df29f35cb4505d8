"""Lines between worker and client: what goes in comes out, and noise is refused with a sentence."""

import pytest

from inspector.jobs.protocol import (
    Detail,
    Event,
    Failed,
    Finished,
    Progress,
    ProtocolError,
    Ready,
    Request,
    event_line,
    read_event,
    read_request,
)  # fmt: skip


@pytest.mark.parametrize(
    "event",
    [
        Ready(12),
        Progress("a1", 0.25, "Calibrating 25 of 100"),
        Detail("a1", {"pipeline": "4f2c", "state": "running", "step": "Calibrating"}),
        Progress("a1", None, "Loading \u201cdigits\u201d\nand a second line"),
        Finished("a1", {"variants": [{"path": "/tmp/ä.tflite", "size_bytes": 3}], "failed": []}),
        Failed("a1", "No.", "usage"),
    ],
)
def test_an_event_survives_the_way(event: Event):
    line = event_line(event)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert read_event(line) == event


def test_a_request_survives_the_way():
    request = Request("a1", "quantize", {"recipes": ["int8"], "data": None})
    assert read_request(request.line()) == request


@pytest.mark.parametrize(
    "line",
    [
        b"", b"hello", b"[]", b"3", b"{}", b'{"event": "birthday"}', b'{"event": "progress"}', b"\xff\xfe\x00",
        b'{"event": "finished", "id": "a", "result": {}, "more": 1}', b'{"event": ["ready"]}',
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused(line: bytes):
    with pytest.raises(ProtocolError):
        read_event(line)


@pytest.mark.parametrize("line", [b"", b"x", b"[]", b'{"id": 1}', b'{"id": 1, "job": "a", "options": 7}', b"\xff"])
def test_what_is_no_request_is_refused(line: bytes):
    with pytest.raises(ProtocolError):
        read_request(line)
