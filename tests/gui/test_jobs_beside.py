"""Jobs beside the line, as a sweep is: a worker of their own, which goes with all it started when they end."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from inspector.gui.jobs import Job, JobQueue
from inspector.gui.jobs_dock import jobs_text
from inspector.gui.tables.job_table import step_text
from tests.gui.test_jobs import SECONDS, submit, until_over, until_step
from tests.jobs.tasks import COMMAND, TryOptions
from tests.jobs.test_worker import is_gone


@pytest.fixture
def queue(qtbot: QtBot) -> Iterator[JobQueue]:
    made = JobQueue(command=lambda _engine: COMMAND)
    yield made
    made.stop()


def beside(queue: JobQueue, do: str = "steps", folder: Path | str = "", **options: Any) -> Job:
    return queue.submit(TryOptions(do=do, output_folder=str(folder), **options), do, "plan", beside=True)


def child_of(qtbot: QtBot, queue: JobQueue, job: Job) -> int:
    """The process that the job's worker started, once it tells of it."""
    told: list[dict[str, Any]] = []
    queue.told.connect(lambda each, values: told.append(values) if each is job else None)
    qtbot.waitUntil(lambda: told != [], timeout=SECONDS)
    return int(told[0]["child"])


def test_other_jobs_run_while_one_beside_them_does(queue: JobQueue, qtbot: QtBot):
    long, first, second = beside(queue, "wait"), submit(queue, "look"), submit(queue, "look")
    assert (long.state, first.state, second.state) == ("running", "running", "waiting")
    assert queue.running is first and queue.all_running == [long, first]
    until_step(qtbot, long, "Waiting")
    until_over(qtbot, first, second)
    assert (first.state, second.state, long.state) == ("done", "done", "running")
    own = int(long.step.split()[-1])
    assert first.result["process"] == second.result["process"] != own
    assert jobs_text(queue.jobs) == "wait"
    queue.cancel(long)
    until_over(qtbot, long)
    assert is_gone(own) and not is_gone(first.result["process"])


def test_a_second_one_beside_waits_for_the_first(queue: JobQueue, qtbot: QtBot):
    first, second = beside(queue, "look"), beside(queue, "look")
    assert (first.state, second.state) == ("running", "waiting")
    until_over(qtbot, first, second)
    assert first.result["process"] != second.result["process"]  # each has its own
    qtbot.waitUntil(lambda: is_gone(first.result["process"]) and is_gone(second.result["process"]), timeout=SECONDS)
    qtbot.waitUntil(lambda: queue._processes == set())


def test_a_job_beside_that_is_cancelled_in_line_never_starts(queue: JobQueue, qtbot: QtBot):
    first, second = beside(queue, "wait"), beside(queue)
    queue.cancel(second)
    assert second.state == "cancelled"
    queue.cancel(first)
    until_over(qtbot, first)
    assert step_text(first) == "cancelled, what was finished is kept"


def test_a_job_beside_that_crashes_is_one_failed_job(queue: JobQueue, qtbot: QtBot, tmp_path: Path):
    bad, other, after = beside(queue, "crash", tmp_path / "new"), submit(queue), beside(queue)
    until_over(qtbot, bad, other, after)
    assert (bad.state, other.state, after.state) == ("failed", "done", "done")
    assert bad.sentence.startswith("The worker crashed (SIGSEGV)")
    assert list(tmp_path.iterdir()) == []


def test_cancel_ends_what_the_worker_started_too(queue: JobQueue, qtbot: QtBot, tmp_path: Path):
    job = beside(queue, "children", tmp_path)
    child = child_of(qtbot, queue, job)
    start = time.monotonic()
    queue.cancel(job)
    until_over(qtbot, job)
    assert job.state == "cancelled" and is_gone(child)  # the end is told when all are gone
    assert time.monotonic() - start < 5
    assert list(tmp_path.iterdir()) == []


def test_a_worker_killed_from_outside_leaves_no_strays(queue: JobQueue, qtbot: QtBot):
    job = beside(queue, "children")
    child = child_of(qtbot, queue, job)
    (worker,) = queue._processes
    os.kill(worker.process_id, signal.SIGKILL)
    until_over(qtbot, job)
    assert job.state == "failed" and job.sentence.startswith("The worker was killed (SIGKILL)")
    assert is_gone(child)


def test_a_job_that_is_done_leaves_no_strays(queue: JobQueue, qtbot: QtBot):
    job = beside(queue, "children", seconds=0.1)
    until_over(qtbot, job)
    assert job.state == "done"
    qtbot.waitUntil(lambda: is_gone(job.result["child"]), timeout=SECONDS)


def test_the_end_of_the_window_ends_both_lines(queue: JobQueue, qtbot: QtBot, tmp_path: Path):
    job, waiting = beside(queue, "children", tmp_path), beside(queue)
    other = submit(queue, "wait")
    child = child_of(qtbot, queue, job)
    until_step(qtbot, other, "Waiting")
    workers = [worker.process_id for worker in queue._processes]
    start = time.monotonic()
    queue.stop()
    assert time.monotonic() - start < 5
    assert [each.state for each in (job, waiting, other)] == ["cancelled"] * 3
    assert all(map(is_gone, (child, *workers)))
    assert queue._processes == set() and list(tmp_path.iterdir()) == []


def test_a_worker_beside_that_can_not_start_is_said(qtbot: QtBot):
    queue = JobQueue(command=lambda _engine: ["/no/such/python"])
    job = beside(queue)
    until_over(qtbot, job)
    assert job.sentence.startswith("The worker can't be started: /no/such/python")
    queue.stop()
