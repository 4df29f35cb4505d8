"""The worker as a real process: what it says, what it keeps to itself, and how it leaves."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspector.jobs.protocol import Event, Failed, Finished, Progress, Ready, Request, read_event
from inspector.jobs.scratch import scratch_folder
from inspector.jobs.worker_command import worker_environment
from tests.jobs.tasks import COMMAND


class Talk:
    """A worker and the lines that go to and fro."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=worker_environment(),
        )
        assert isinstance(self.event(), Ready)

    def ask(self, job_id: str, job: str = "try", **options: Any) -> None:
        self.write(Request(job_id, job, options).line())

    def write(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def event(self) -> Event:
        assert self.process.stdout is not None
        return read_event(self.process.stdout.readline())

    def answer(self) -> Finished | Failed:
        """The next end of a job."""
        while not isinstance(event := self.event(), Finished | Failed):
            pass
        return event

    def close(self) -> int:
        """Ends its input and waits for it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(10)

    def log(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()


@pytest.fixture
def talk() -> Iterator[Talk]:
    made = Talk()
    yield made
    made.process.kill()
    made.process.wait()
    for stream in (made.process.stdin, made.process.stdout, made.process.stderr):
        assert stream is not None
        stream.close()


def wait_until(condition: Any, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def is_gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_what_a_task_prints_never_reaches_the_protocol(talk: Talk):
    talk.ask("1", do="noise")
    assert talk.answer() == Finished("1", {"read": ""})  # and its standard input is empty
    talk.close()
    log = talk.log()
    for words in (
        "noise from Python",
        "more noise",
        "noise from a child",
        "noise from C",
        '"id":"any"',
        "Making noise",
    ):
        assert words in log


def test_one_worker_does_several_jobs_in_turn(talk: Talk):
    talk.ask("1")
    talk.ask("2", steps=2)
    first, second = talk.answer(), talk.answer()
    assert isinstance(first, Finished) and isinstance(second, Finished)
    assert (first.id, second.id) == ("1", "2")
    assert first.result["process"] == second.result["process"] == talk.process.pid


def test_a_job_that_fails_leaves_the_worker_ready_for_the_next(talk: Talk):
    for number, (do, sentence) in enumerate(
        {
            "fail": "The model holds a CUSTOM operator.",
            "defect": "KeyError: 'no such layer'. Its log says where.",
            "unjson": "TypeError: Object of type float32 is not JSON serializable. Its log says where.",
            "full": "The disk is full. Nothing was kept; free space, then run it again.",
        }.items()
    ):
        talk.ask(str(number), do=do)
        assert talk.answer() == Failed(str(number), sentence)
    talk.ask("cancelled", do="quiet")
    assert talk.answer() == Failed("cancelled", "Cancelled.", "cancelled")
    talk.ask("last")
    assert isinstance(talk.answer(), Finished)


@pytest.mark.parametrize(
    ("job", "options", "words"),
    [
        ("fly", {}, 'There is no job "fly".'),
        ("try", {"hight": 3}, 'TryOptions has no option "hight".'),
        ("try", {"steps": "three"}, '"steps" wants a whole number'),
    ],
)
def test_a_wrong_request_is_refused_as_wrong_usage(talk: Talk, job: str, options: dict[str, Any], words: str):
    talk.ask("1", job, **options)
    answer = talk.answer()
    assert isinstance(answer, Failed)
    assert answer.kind == "usage"
    assert words in answer.sentence


def test_lines_that_are_no_job_are_logged_and_passed_over(talk: Talk):
    talk.write(b"good morning\n[1, 2]\n" + b'{"id": "1"}\n\xff\xfe\n\n')
    talk.write(b'{"id": "2", "job": "try",')  # a line may come in pieces
    time.sleep(0.1)
    talk.write(b' "options": {}}\n')
    assert isinstance(answer := talk.answer(), Finished)
    assert answer.id == "2"
    talk.close()
    log = talk.log()
    assert "no JSON: b'good morning'" in log
    assert "no JSON object: b'[1, 2]'" in log
    assert """no job: b'{"id": "1"}'""" in log


def test_steps_come_at_once_and_their_numbers_not_more_often_than_they_can_be_read(talk: Talk):
    talk.ask("1", do="many")
    events = []
    while not isinstance(event := talk.event(), Finished):
        events.append(event)
    assert 2 <= len(events) < 100
    assert isinstance(events[-1], Progress)
    assert events[-1].message == "Done with it"
    talk.close()
    assert talk.log().count("Sample") == 1  # a line of the log for a step, not for each of its numbers


def test_what_libraries_leave_in_temporary_folders_goes_with_the_job(talk: Talk, tmp_path: Path):
    for job_id in ("1", "2"):
        talk.ask(job_id, do="look", output_folder=str(tmp_path))
        answer = talk.answer()
        assert isinstance(answer, Finished)
        assert Path(answer.result["temporary"]).parent == Path(answer.result["scratch"])
    assert list(tmp_path.iterdir()) == []


def test_a_worker_without_work_leaves_with_its_input(talk: Talk):
    assert talk.close() == 0


def test_the_end_of_its_input_stops_a_job_and_leaves_nothing(talk: Talk, tmp_path: Path):
    folder = tmp_path / "new" / "deeper"
    talk.ask("7", do="wait", output_folder=str(folder))
    assert isinstance(talk.event(), Progress)
    assert (scratch_folder(folder, "7") / "half.txt").exists()
    start = time.monotonic()
    assert talk.close() == 130
    assert time.monotonic() - start < 1
    assert list(tmp_path.iterdir()) == []


def test_leaving_waits_for_a_delivery_under_way(talk: Talk, tmp_path: Path):
    talk.ask("1", do="slow_delivery", output_folder=str(tmp_path))
    assert isinstance(talk.event(), Progress)  # the first of two files is being moved
    assert talk.close() == 130
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_a_worker_ends_when_its_window_was_killed(tmp_path: Path):
    parent = (
        "import subprocess, sys, time\n"
        "from tests.jobs.tasks import COMMAND\n"
        "worker = subprocess.Popen(COMMAND, stdin=subprocess.PIPE)\n"
        "worker.stdin.write(sys.argv[1].encode() + b'\\n')\n"
        "worker.stdin.flush()\n"
        "time.sleep(60)\n"
    )
    line = json.dumps({"id": "9", "job": "try", "options": {"do": "wait", "output_folder": str(tmp_path)}})
    with subprocess.Popen(
        [sys.executable, "-c", parent, line],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=worker_environment(),
    ) as window:
        assert window.stdout is not None
        ready = read_event(window.stdout.readline())
        assert isinstance(ready, Ready)
        assert isinstance(read_event(window.stdout.readline()), Progress)
        window.kill()
    wait_until(lambda: is_gone(ready.process))
    wait_until(lambda: list(tmp_path.iterdir()) == [])


def test_ctrl_c_in_the_terminal_is_for_the_client_to_decide(talk: Talk):
    os.kill(talk.process.pid, signal.SIGINT)
    talk.ask("1")
    assert isinstance(talk.answer(), Finished)


@pytest.mark.parametrize(("engine", "legacy"), [("keras3", "0"), ("keras2", "1")])
def test_each_engine_has_its_own_keras_and_a_low_priority(engine: str, legacy: str):
    talk = Talk("--engine", engine)
    talk.ask("1", do="look")
    answer = talk.answer()
    assert isinstance(answer, Finished)
    assert answer.result["TF_USE_LEGACY_KERAS"] == legacy
    assert answer.result["KERAS_BACKEND"] == "tensorflow"
    assert answer.result["nice"] == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    assert answer.result["limit"] >= 6 << 30
    talk.close()
    for stream in (talk.process.stdout, talk.process.stderr):
        assert stream is not None
        stream.close()


def test_a_job_that_takes_too_much_memory_is_refused_it_and_the_next_one_is_not(talk: Talk):
    talk.ask("1", do="memory", memory_limit_mb=2000)
    answer = talk.answer()
    assert isinstance(answer, Failed)
    assert answer.sentence.startswith("There was not enough memory for this job.")
    talk.ask("2", do="look", memory_limit_mb=3000)
    answer = talk.answer()
    assert isinstance(answer, Finished)
    assert answer.result["limit"] == 3000 << 20
    talk.ask("3", do="look")
    answer = talk.answer()
    assert isinstance(answer, Finished)
    assert answer.result["limit"] > 3000 << 20


def test_the_programs_own_command_starts_a_worker_without_qt():
    code = "import sys; sys.argv = ['x', 'worker']; from inspector.__main__ import main; main()"
    hook = (
        "import os, sys\n"
        "leave = os._exit\n"
        "os._exit = lambda code: (print(sorted(sys.modules), file=sys.stderr, flush=True), leave(code))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", hook + code], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True
    )
    loaded = done.stderr.decode()
    assert isinstance(read_event(done.stdout), Ready)
    assert "inspector.jobs.worker" in loaded
    for heavy in ("PySide6", "tensorflow", "matplotlib", "h5py", "inspector.cli.main"):
        assert f"'{heavy}'" not in loaded
