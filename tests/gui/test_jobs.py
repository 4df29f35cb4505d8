"""The window's queue of long work with real workers: jobs in turn, every way they end, nothing left behind."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from inspector.errors import MissingPackageError, ModelFileError
from inspector.gui.dialogs.job_log import JobLogDialog
from inspector.gui.jobs import LOG_CHARACTERS, Job, JobQueue
from inspector.jobs.options import QuantizeOptions, WarmOptions
from inspector.jobs.protocol import Progress, Request
from tests.jobs.tasks import COMMAND, TryOptions
from tests.jobs.test_worker import is_gone

SECONDS = 20_000  # milliseconds a machine under load may take


@pytest.fixture
def queue(qtbot: QtBot) -> Iterator[JobQueue]:
    made = JobQueue(command=lambda _engine: COMMAND)
    yield made
    made.stop()


def submit(queue: JobQueue, do: str = "steps", folder: Path | str = "", **options: object) -> Job:
    return queue.submit(TryOptions(do=do, output_folder=str(folder), **options), do, "digits.h5")  # type: ignore[arg-type]


def until_over(qtbot: QtBot, *jobs: Job, timeout: int = SECONDS) -> None:
    qtbot.waitUntil(lambda: all(job.over for job in jobs), timeout=timeout)


def until_step(qtbot: QtBot, job: Job, words: str) -> None:
    qtbot.waitUntil(lambda: words in job.step, timeout=SECONDS)


def test_jobs_run_in_the_order_they_were_asked_for_on_one_worker(queue: JobQueue, qtbot: QtBot, tmp_path: Path):
    told: list[tuple[str, str]] = []
    queue.added.connect(lambda job: told.append(("added", job.title)))
    queue.ended.connect(lambda job: told.append((job.state, job.title)))
    first = submit(queue, seconds=0.1, folder=tmp_path / "out")
    second = submit(queue, "look")
    third = submit(queue, "look")
    assert [job.state for job in queue.jobs] == ["running", "waiting", "waiting"]
    assert queue.running is first and queue.waiting == [second, third]
    until_over(qtbot, third)
    assert told == [
        ("added", "steps"), ("added", "look"), ("added", "look"),
        ("done", "steps"), ("done", "look"), ("done", "look"),
    ]  # fmt: skip
    assert first.result["process"] == second.result["process"] == third.result["process"]
    assert first.fraction == 1.0 and 0.2 < first.elapsed < 15
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["0.txt", "1.txt", "2.txt"]


def test_progress_is_told_as_it_comes(queue: JobQueue, qtbot: QtBot):
    seen: list[tuple[str, float | None]] = []
    queue.changed.connect(lambda job: seen.append((job.step, job.fraction)))
    job = submit(queue, seconds=0.2)
    until_over(qtbot, job)
    steps = list(dict.fromkeys(seen))
    for number in range(3):
        assert (f"Step {number + 1} of 3", number / 3) in steps


def test_time_goes_on_while_a_job_is_silent(queue: JobQueue, qtbot: QtBot):
    job = submit(queue, "wait")
    until_step(qtbot, job, "Waiting")
    with qtbot.waitSignal(queue.changed, timeout=3000):
        pass
    assert job.elapsed > 0
    queue.cancel(job)
    until_over(qtbot, job)
    ended = job.elapsed
    time.sleep(0.05)
    assert job.elapsed == ended


@pytest.mark.parametrize(
    ("do", "sentence"),
    [
        ("fail", "The model holds a CUSTOM operator."),
        ("defect", "KeyError: 'no such layer'. Its log says where."),
        ("crash", "The worker crashed (SIGSEGV): as a rule the model holds something"),
        ("abort", "The worker crashed (SIGABRT): TensorFlow gave up: Check failed: dims == 4 (3 vs. 4)."),
        ("leave", "The worker stopped with exit code 3 before the job was done."),
        ("full", "The disk is full."),
    ],
)
def test_a_job_that_fails_has_a_sentence_and_the_next_one_runs(
    queue: JobQueue, qtbot: QtBot, tmp_path: Path, do: str, sentence: str
):
    bad, good = submit(queue, do, tmp_path / "new"), submit(queue)
    until_over(qtbot, bad, good)
    assert (bad.state, good.state) == ("failed", "done")
    assert bad.sentence.startswith(sentence)
    assert list(tmp_path.iterdir()) == []


def test_the_log_of_a_job_holds_its_own_lines(queue: JobQueue, qtbot: QtBot):
    noisy = submit(queue, "noise")
    until_over(qtbot, noisy)
    qtbot.waitUntil(lambda: "noise from C" in noisy.log)  # it comes by another pipe than the job's end
    crashed = submit(queue, "crash")
    until_over(qtbot, crashed)
    assert "noise from Python" in noisy.log and "Segmentation fault" not in noisy.log
    assert "Segmentation fault" in crashed.log and "noise" not in crashed.log


def test_a_flood_of_output_keeps_its_end_and_the_window_fluid(queue: JobQueue, qtbot: QtBot):
    ticks: list[float] = []
    timer = QTimer(interval=5)
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start()
    job = submit(queue, "flood", steps=200)  # 20 MB
    dialog = JobLogDialog(queue, job)
    qtbot.addWidget(dialog)
    dialog.show()
    until_over(qtbot, job)
    timer.stop()
    assert len(job.result["long"]) == 1_000_000
    qtbot.waitUntil(lambda: job.log.endswith("the last line\n"), timeout=SECONDS)
    assert len(job.log) == LOG_CHARACTERS
    qtbot.waitUntil(lambda: dialog.text.toPlainText() == job.log, timeout=SECONDS)
    assert dialog.cut.isVisible()
    gaps = [later - earlier for earlier, later in pairwise(ticks)]
    assert max(gaps) < 2.0  # a busy machine; usually below 0.1


def test_a_worker_killed_from_outside_ends_the_job_in_a_sentence(queue: JobQueue, qtbot: QtBot, tmp_path: Path):
    job = submit(queue, "wait", tmp_path)
    until_step(qtbot, job, "Waiting")
    os.kill(int(job.step.split()[-1]), signal.SIGKILL)
    until_over(qtbot, job)
    assert job.state == "failed"
    assert job.sentence.startswith("The worker was killed (SIGKILL), as the system does when memory runs out.")
    assert list(tmp_path.iterdir()) == []


def test_a_worker_killed_while_it_had_nothing_to_do_is_replaced(queue: JobQueue, qtbot: QtBot):
    first = submit(queue, "look")
    until_over(qtbot, first)
    os.kill(first.result["process"], signal.SIGKILL)
    qtbot.waitUntil(lambda: queue._worker("keras3") is None, timeout=SECONDS)
    second = submit(queue, "look")
    until_over(qtbot, second)
    assert second.state == "done" and second.result["process"] != first.result["process"]


def test_too_little_memory_ends_in_a_sentence_and_the_worker_stays(queue: JobQueue, qtbot: QtBot):
    before, job, after = submit(queue, "look"), submit(queue, "memory", memory_limit_mb=2000), submit(queue, "look")
    until_over(qtbot, before, job, after)
    assert job.sentence.startswith("There was not enough memory for this job.")
    assert after.result["process"] == before.result["process"]


def test_a_job_over_its_time_limit_fails_and_the_next_one_runs(queue: JobQueue, qtbot: QtBot):
    slow, next_one = submit(queue, "wait", time_limit_s=1), submit(queue)
    until_over(qtbot, slow, next_one)
    assert slow.state == "failed" and "longer than its time limit" in slow.sentence
    assert next_one.state == "done"


@pytest.mark.parametrize("do", ["wait", "hang"])
def test_cancel_stops_native_code_and_leaves_nothing(queue: JobQueue, qtbot: QtBot, tmp_path: Path, do: str):
    job, next_one = submit(queue, do, tmp_path / "new", seconds=60.0), submit(queue)
    until_step(qtbot, job, "ing")
    qtbot.waitUntil(lambda: (tmp_path / "new").exists(), timeout=SECONDS)
    start = time.monotonic()
    queue.cancel(job)
    assert (job.state, job.step) == ("running", "Cancelling")
    queue.cancel(job)  # pressed twice
    until_over(qtbot, job)
    assert job.state == "cancelled"
    assert time.monotonic() - start < 5  # one that does not listen is killed after two seconds
    assert list(tmp_path.iterdir()) == []
    until_over(qtbot, next_one)
    assert next_one.state == "done"


def test_cancel_before_the_worker_is_there(queue: JobQueue, qtbot: QtBot, tmp_path: Path):
    job = submit(queue, "wait", tmp_path / "new")
    queue.cancel(job)
    until_over(qtbot, job)
    assert job.state == "cancelled"
    assert list(tmp_path.iterdir()) == []


def test_a_job_in_line_is_taken_out_at_once(queue: JobQueue, qtbot: QtBot):
    running, waiting = submit(queue, "wait"), submit(queue)
    queue.cancel(waiting)
    assert (waiting.state, running.state) == ("cancelled", "running")
    queue.cancel(waiting)
    queue.cancel(running)
    until_over(qtbot, running)


def test_a_cancelled_worker_is_replaced_and_warm_again(queue: JobQueue, qtbot: QtBot):
    job = submit(queue, "wait")
    until_step(qtbot, job, "Waiting")
    queue.cancel(job)
    until_over(qtbot, job)
    qtbot.waitUntil(lambda: queue._worker("keras3") is not None, timeout=SECONDS)


@pytest.mark.parametrize("program", ["/no/such/python", str(Path(__file__))])
def test_a_worker_that_can_not_start_is_said(qtbot: QtBot, program: str):
    queue = JobQueue(command=lambda _engine: [program])
    jobs = [submit(queue), submit(queue)]
    until_over(qtbot, *jobs)
    for job in jobs:
        assert job.state == "failed"
        assert job.sentence.startswith(f"The worker can't be started: {program}")
    queue.stop()


def test_without_a_python_that_could_do_it_a_job_fails_with_the_way_out_and_the_next_one_runs(qtbot: QtBot):
    pythons: list[list[str]] = []

    def command(_engine: str) -> list[str]:
        if not pythons:
            raise MissingPackageError("Jobs need a Python with TensorFlow.")
        return pythons[0]

    queue = JobQueue(command=command)
    queue.warm()  # says nothing: nobody asked for a job yet
    job = submit(queue)
    assert job.state == "failed" and job.sentence == "Jobs need a Python with TensorFlow."
    pythons.append(COMMAND)
    later = submit(queue, "look")
    until_over(qtbot, later)
    assert later.state == "done"
    queue.stop()


def test_after_another_python_was_chosen_the_next_job_has_a_new_worker(queue: JobQueue, qtbot: QtBot):
    first, running = submit(queue, "look"), submit(queue, seconds=0.2)
    until_step(qtbot, running, "Step")
    queue.renew()
    later = submit(queue, "look")
    until_over(qtbot, running, later)
    assert running.state == later.state == "done", "what runs is not disturbed"
    assert first.result["process"] == running.result["process"] != later.result["process"]
    qtbot.waitUntil(lambda: is_gone(first.result["process"]), timeout=SECONDS)


def test_a_program_that_is_no_worker_is_said(qtbot: QtBot):
    queue = JobQueue(command=lambda _engine: [sys.executable, "-c", "import nothing_of_the_kind"])
    job = submit(queue)
    until_over(qtbot, job)
    assert "ModuleNotFoundError: No module named 'nothing_of_the_kind'" in job.sentence
    queue.stop()


def test_lines_that_are_no_events_land_in_the_log(qtbot: QtBot):
    noisy = (
        "import json, os, sys\n"
        "os.write(1, b'Saved artifact at /tmp/x\\n')\n"
        "job = json.loads(sys.stdin.readline())['id']\n"
        'os.write(1, b\'{"event":"finished","id":"another","result":{}}\\n{"event":"fini\')\n'
        'os.write(1, (\'shed","id":"%s","result":{"fine":1}}\' % job).encode() + b\'\\n\')\n'
        "sys.stdin.readline()\n"
    )
    queue = JobQueue(command=lambda _engine: [sys.executable, "-c", noisy])
    job = submit(queue)
    until_over(qtbot, job)
    assert job.result == {"fine": 1}
    qtbot.waitUntil(lambda: "no JSON: b'Saved artifact" in job.log)
    queue.stop()


def test_each_engine_has_a_worker_of_its_own(qtbot: QtBot):
    queue = JobQueue(command=lambda engine: [*COMMAND, "--engine", engine])
    jobs = [queue.submit(TryOptions(do="look"), "look", "m", engine) for engine in ("keras3", "keras2", "keras3")]
    until_over(qtbot, *jobs)
    assert [job.result["TF_USE_LEGACY_KERAS"] for job in jobs] == ["0", "1", "0"]
    processes = [job.result["process"] for job in jobs]
    assert processes[0] == processes[2] != processes[1]
    queue.stop()
    assert all(map(is_gone, processes))


def test_the_source_says_which_engine(queue: JobQueue, qtbot: QtBot, sample_h5: Path, tmp_path: Path):
    options = QuantizeOptions(source=str(sample_h5), recipes=(), output_folder=str(tmp_path))
    job = queue.submit(options, "Quantize", "digits_cnn.h5")
    assert job.engine == "keras3"
    queue.cancel(job)
    until_over(qtbot, job)


def test_a_source_that_can_not_be_read_is_no_job(queue: JobQueue, tmp_path: Path):
    options = QuantizeOptions(source=str(tmp_path / "none.h5"), recipes=("int8",), output_folder=str(tmp_path))
    with pytest.raises(ModelFileError):
        queue.submit(options, "Quantize", "none.h5")
    assert queue.jobs == []


def test_clearing_keeps_what_is_not_over(queue: JobQueue, qtbot: QtBot):
    done, failed = submit(queue), submit(queue, "fail")
    until_over(qtbot, done, failed)
    running, waiting = submit(queue, "wait"), submit(queue)
    removed: list[Job] = []
    queue.removed.connect(removed.append)
    queue.clear_finished()
    assert removed == [done, failed]
    assert queue.jobs == [running, waiting]


def test_the_end_of_the_window_ends_every_process(qtbot: QtBot, tmp_path: Path):
    queue = JobQueue(command=lambda engine: [*COMMAND, "--engine", engine])
    other = queue.submit(TryOptions(do="look"), "look", "m", "keras2")
    until_over(qtbot, other)
    running, waiting = submit(queue, "hang", tmp_path / "new", seconds=60.0), submit(queue)
    until_step(qtbot, running, "Hanging")
    start = time.monotonic()
    queue.stop()
    assert time.monotonic() - start < 5
    assert (running.state, waiting.state) == ("cancelled", "cancelled")
    assert is_gone(other.result["process"])
    assert queue._processes == set()
    assert list(tmp_path.iterdir()) == []
    queue.warm()
    assert queue._processes == set()  # nothing starts any more


def test_a_worker_killed_amid_its_warming_leaves_nothing(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TRY_WARM_SECONDS", "60")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    queue = JobQueue(command=lambda _engine: COMMAND)
    queue.warm()
    qtbot.waitUntil(lambda: list(tmp_path.iterdir()) != [], timeout=SECONDS)
    qtbot.wait(200)
    job = submit(queue)
    until_step(qtbot, job, "Starting TensorFlow")  # what the job waits for
    queue.stop()
    assert job.state == "cancelled"
    assert list(tmp_path.iterdir()) == []


def test_several_workers_that_do_not_listen_end_together(qtbot: QtBot, tmp_path: Path):
    queue = JobQueue(command=lambda engine: [*COMMAND, "--engine", engine])
    for engine in ("keras3", "keras2"):
        worker = queue._start(engine)
        worker.send(Request(engine, "try", {"do": "hang", "seconds": 60.0, "output_folder": str(tmp_path)}))
        with qtbot.waitSignal(
            worker.told, timeout=SECONDS, check_params_cb=lambda _worker, event: isinstance(event, Progress)
        ):
            pass
    start = time.monotonic()
    queue.stop()
    assert time.monotonic() - start < 3.5
    assert queue._processes == set()


def test_warming_starts_one_worker_and_the_job_runs_on_it(qtbot: QtBot):
    started: list[str] = []

    def command(engine: str) -> list[str]:
        started.append(engine)
        return COMMAND

    queue = JobQueue(command=command)
    queue.warm()
    queue.warm()
    job = submit(queue)
    until_over(qtbot, job)
    assert started == ["keras3"]
    queue.stop()


@pytest.mark.tensorflow
def test_a_warm_worker_has_tensorflow_before_the_job_comes(qtbot: QtBot):
    queue = JobQueue()
    queue.warm()
    start = time.monotonic()
    first = queue.submit(WarmOptions(), "Warm", "")
    until_over(qtbot, first, timeout=200_000)
    cold = time.monotonic() - start
    second = queue.submit(WarmOptions(), "Warm", "")
    until_over(qtbot, second, timeout=200_000)
    assert first.result == second.result and first.result["tensorflow"]
    assert second.elapsed < cold / 3
    queue.stop()
