"""Workers that stay for the next job: the same process while all goes well, a new one after anything else."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from inspector.errors import Cancelled, JobError, WorkerError
from inspector.jobs import kept_workers
from inspector.jobs.kept_workers import KeptWorkers
from tests.jobs.tasks import COMMAND, TryOptions
from tests.jobs.test_worker import is_gone


@pytest.fixture
def kept() -> "KeptWorkers":
    made = KeptWorkers(command=tuple(COMMAND))
    yield made
    made.end()


def process_of(kept: KeptWorkers, **options: object) -> int:
    return int(kept.do(TryOptions(steps=1, **options))["process"])  # type: ignore[arg-type]


def test_jobs_in_turn_are_done_by_one_process_which_ends_with_the_others(kept: KeptWorkers) -> None:
    assert process_of(kept) == (first := process_of(kept))
    kept.end()
    assert is_gone(first)
    assert process_of(kept) != first  # and it can go on


@pytest.mark.parametrize(("do", "kind"), [("fail", JobError), ("crash", WorkerError)])
def test_a_job_that_fails_or_crashes_takes_only_its_own_process_with_it(
    kept: KeptWorkers, tmp_path: Path, do: str, kind: type[Exception]
) -> None:
    first = process_of(kept)
    with pytest.raises(kind) as caught:
        kept.do(TryOptions(do=do, output_folder=str(tmp_path / "new")))
    assert is_gone(first) and list(tmp_path.iterdir()) == []
    assert "About to crash" in caught.value.log or do == "fail"  # type: ignore[attr-defined]
    assert process_of(kept) != first


def test_a_worker_that_was_killed_while_it_waited_is_not_asked(kept: KeptWorkers) -> None:
    first = process_of(kept)
    os.kill(first, signal.SIGKILL)
    while not is_gone(first):
        pass
    assert process_of(kept) != first


def test_a_job_is_stopped_and_the_next_one_done(kept: KeptWorkers) -> None:
    first, stop = process_of(kept), threading.Event()
    with pytest.raises(Cancelled):
        kept.do(TryOptions(do="wait"), lambda _event: stop.set(), stop.is_set)
    assert is_gone(first) and process_of(kept) != first


def test_threads_have_a_process_each_and_one_log_is_not_the_other_s(kept: KeptWorkers) -> None:
    with ThreadPoolExecutor(2) as pool:
        processes = {pool.submit(process_of, kept, seconds=0.5).result for _number in range(2)}
        found = {each() for each in processes}
    assert len(found) == 2
    kept.do(TryOptions(do="noise"))
    with pytest.raises(JobError) as caught:
        kept.do(TryOptions(do="fail"))
    assert "noise" not in caught.value.log


def test_a_worker_is_replaced_after_a_number_of_jobs(kept: KeptWorkers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_workers, "_MOST_JOBS", 2)
    found = [process_of(kept) for _number in range(4)]
    assert found[0] == found[1] != found[2] == found[3]


def test_a_worker_that_is_killed_amid_its_second_job_is_replaced_for_it(kept: KeptWorkers) -> None:
    first = process_of(kept)
    killed = []

    def kill(_event: object) -> None:
        if not killed:
            killed.append(os.kill(first, signal.SIGKILL))

    assert kept.do(TryOptions(steps=3, seconds=0.1), kill)["process"] != first and killed
