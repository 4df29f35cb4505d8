"""One job in a worker of its own, as the command line does it: results, failures, Ctrl+C."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inspector.errors import Cancelled, JobError, ModelFileError, UsageError, WorkerError
from inspector.jobs.client import new_job_id, run_in_worker
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.protocol import Event, Finished, Progress, Ready
from inspector.jobs.worker_command import worker_command, worker_environment
from tests.jobs.tasks import COMMAND, TryOptions
from tests.jobs.test_worker import is_gone, wait_until


def attempt(folder: Path, **options: object) -> dict[str, object]:
    return run_in_worker(TryOptions(output_folder=str(folder), **options), command=COMMAND)  # type: ignore[arg-type]


def test_a_job_brings_its_result_and_its_files(tmp_path: Path):
    events: list[Event] = []
    options = TryOptions(steps=2, output_folder=str(tmp_path / "new"))
    result = run_in_worker(options, events.append, command=COMMAND)
    assert result["steps"] == 2
    kinds = [type(event) for event in events]
    assert kinds[:2] == [Ready, Progress] and kinds[-1] is Finished  # two steps at once may be one report
    assert sorted(each.name for each in (tmp_path / "new").iterdir()) == ["0.txt", "1.txt"]
    assert is_gone(int(str(result["process"])))


@pytest.mark.parametrize(
    ("do", "kind", "sentence"),
    [
        ("fail", JobError, "The model holds a CUSTOM operator."),
        ("defect", JobError, "KeyError: 'no such layer'. Its log says where."),
        ("quiet", Cancelled, "Cancelled."),
        ("crash", WorkerError, "The worker crashed (SIGSEGV): as a rule the model holds something"),
        ("abort", WorkerError, "The worker crashed (SIGABRT): TensorFlow gave up: Check failed: dims == 4 (3 vs. 4)."),
        ("leave", WorkerError, "The worker stopped with exit code 3 before the job was done. Nothing was kept."),
    ],
)
def test_a_job_that_fails_ends_in_a_sentence_and_leaves_nothing(
    tmp_path: Path, do: str, kind: type[Exception], sentence: str
):
    with pytest.raises(kind) as caught:
        attempt(tmp_path / "new" / "deeper", do=do)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(sentence)
    assert list(tmp_path.iterdir()) == []


def test_the_log_comes_with_the_sentence(tmp_path: Path):
    with pytest.raises(WorkerError) as caught:
        attempt(tmp_path, do="crash")
    assert "About to crash" in caught.value.log
    assert "do_crash" in caught.value.log  # where in Python it was


def test_wrong_options_are_wrong_usage(tmp_path: Path):
    class Fly(TryOptions):
        JOB = "fly"

    with pytest.raises(UsageError, match='There is no job "fly"'):
        run_in_worker(Fly(), command=COMMAND)


def test_a_worker_killed_from_outside_ends_in_a_sentence(tmp_path: Path):
    def kill(event: Event) -> None:
        if isinstance(event, Progress):
            os.kill(int(event.message.split()[-1]), signal.SIGKILL)

    with pytest.raises(
        WorkerError, match=r"The worker was killed \(SIGKILL\), as the system does when memory runs out"
    ):
        run_in_worker(TryOptions(do="wait", output_folder=str(tmp_path)), kill, command=COMMAND)
    assert list(tmp_path.iterdir()) == []


def test_too_little_memory_ends_in_a_sentence(tmp_path: Path):
    with pytest.raises(JobError, match="There was not enough memory for this job"):
        attempt(tmp_path, do="memory", memory_limit_mb=2000)


def test_a_time_limit_ends_the_job(tmp_path: Path):
    start = time.monotonic()
    with pytest.raises(WorkerError, match="took longer than its time limit"):
        attempt(tmp_path, do="wait", time_limit_s=1)
    assert time.monotonic() - start < 5
    assert list(tmp_path.iterdir()) == []


def test_a_time_limit_ends_native_code_that_keeps_pythons_lock(tmp_path: Path):
    with pytest.raises(WorkerError, match="took longer than its time limit"):
        attempt(tmp_path, do="hang", seconds=60.0, time_limit_s=1)
    assert list(tmp_path.iterdir()) == []


def test_no_such_program_is_said_at_once():
    with pytest.raises(WorkerError, match=r"The worker can't be started: /no/such/python: No such file or directory"):
        run_in_worker(TryOptions(), command=["/no/such/python", "-m", "inspector"])


def test_a_program_that_is_no_worker_is_said_so():
    command = [sys.executable, "-c", "print('hello'); import nothing_of_the_kind"]
    with pytest.raises(WorkerError) as caught:
        run_in_worker(TryOptions(), command=command)
    assert "The worker can't start: ModuleNotFoundError: No module named 'nothing_of_the_kind'" in str(caught.value)
    assert "no JSON: b'hello" in caught.value.log


def test_lines_that_are_no_events_are_passed_over():
    noisy = (
        "import os, sys\n"
        'os.write(1, b\'Saved artifact at /tmp/x\\n{"event": "birthday"}\\n{"event": "progress"}\\n\')\n'
        "job = __import__('json').loads(sys.stdin.readline())['id']\n"
        'os.write(1, b\'{"event":"finished","id":"another","result":{}}\\n\')\n'
        'os.write(1, (\'{"event":"finished","id":"%s","result":{"fine":1}}\' % job).encode() + b\'\\n\')\n'
    )
    assert run_in_worker(TryOptions(), command=[sys.executable, "-c", noisy]) == {"fine": 1}


def test_whatever_the_listener_raises_stops_the_job(tmp_path: Path):
    processes = []

    def stop(event: Event) -> None:
        if isinstance(event, Ready):
            processes.append(event.process)
        else:
            raise Cancelled("Enough.")

    with pytest.raises(Cancelled, match=r"Enough\."):
        run_in_worker(TryOptions(do="wait", output_folder=str(tmp_path / "new")), stop, command=COMMAND)
    assert is_gone(processes[0])
    assert list(tmp_path.iterdir()) == []


def test_native_code_that_does_not_listen_is_killed(tmp_path: Path):
    def stop(event: Event) -> None:
        if isinstance(event, Progress):
            raise Cancelled("Enough.")

    start = time.monotonic()
    with pytest.raises(Cancelled):
        run_in_worker(TryOptions(do="hang", seconds=60, output_folder=str(tmp_path)), stop, command=COMMAND)
    assert time.monotonic() - start < 6
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_stops_the_job_and_leaves_nothing(tmp_path: Path):
    program = (
        "import sys\n"
        "from inspector.jobs.client import run_in_worker\n"
        "from tests.jobs.tasks import COMMAND, TryOptions\n"
        "options = TryOptions(do='wait', output_folder=sys.argv[1])\n"
        "run_in_worker(options, lambda event: print(event, flush=True), command=COMMAND)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "new")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=worker_environment(),
        start_new_session=True,
    ) as terminal:
        assert terminal.stdout is not None and terminal.stderr is not None
        worker = int(terminal.stdout.readline().decode().rstrip(")\n").partition("=")[2])
        assert b"Waiting" in terminal.stdout.readline()
        os.killpg(terminal.pid, signal.SIGINT)  # as a terminal does: to all of them
        assert terminal.wait(10) != 0
        assert b"KeyboardInterrupt" in terminal.stderr.read()
    wait_until(lambda: is_gone(worker))
    assert list(tmp_path.iterdir()) == []


def test_a_source_that_can_not_be_read_is_said_before_a_worker_starts(tmp_path: Path):
    options = QuantizeOptions(source=str(tmp_path / "none.h5"), recipes=("int8",), output_folder=str(tmp_path))
    with pytest.raises(ModelFileError, match=r"none\.h5"):
        run_in_worker(options, command=["/no/such/python"])


def test_ids_differ():
    assert len({new_job_id() for _each in range(1000)}) == 1000


def test_the_command_does_not_take_modules_from_the_users_folder(tmp_path: Path):
    (tmp_path / "random.py").write_text("raise SystemExit('taken from the folder')")
    (tmp_path / "inspector").mkdir()
    (tmp_path / "inspector" / "__init__.py").write_text("raise SystemExit('taken from the folder')")
    done = subprocess.run(
        worker_command(),
        cwd=tmp_path,
        env=worker_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"ready" in done.stdout


def test_a_frozen_program_is_its_own_worker(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/tflite-inspector/tflite-inspector")
    assert worker_command("keras2") == ["/opt/tflite-inspector/tflite-inspector", "worker", "--engine", "keras2"]
