"""The progress line: only for people, only when it takes long, and gone at the end."""

import io

import pytest

from inspector.cli import progress
from inspector.cli.progress import ProgressLine


class Screen(io.StringIO):
    def __init__(self, terminal):
        super().__init__()
        self.terminal = terminal

    def isatty(self):
        return self.terminal


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def run(monkeypatch, clock, terminal, seconds):
    screen = Screen(terminal)
    monkeypatch.setattr("sys.stderr", screen)
    with ProgressLine() as line:
        for step in range(5):
            line(step / 4, f"Measuring T#{step}")
            clock[0] += seconds
        line(None, "Comparing buffers")
    return screen.getvalue()


def test_quick_work_says_nothing(monkeypatch, clock):
    assert run(monkeypatch, clock, True, 0.01) == ""


def test_a_pipe_hears_nothing(monkeypatch, clock):
    assert run(monkeypatch, clock, False, 10) == ""


def test_long_work_says_how_far_it_is_and_cleans_up(monkeypatch, clock):
    said = run(monkeypatch, clock, True, 0.4)
    assert "\rMeasuring T#2 (50%)" in said and "Comparing buffers" in said
    assert said.endswith("\r" + " " * len("Comparing buffers") + "\r")
    assert "\n" not in said


def test_steps_of_a_long_job_are_shown_at_once(monkeypatch, clock):
    screen = Screen(True)
    monkeypatch.setattr("sys.stderr", screen)
    with ProgressLine(every=True) as line:
        line(0.0, "Starting TensorFlow")
        line(0.1, "Loading model.h5")
    assert screen.getvalue().startswith("\rStarting TensorFlow (0%)\rLoading model.h5 (10%)")
