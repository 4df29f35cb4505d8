"""Small tasks that stand for long work in tests: `python -m tests.jobs.tasks` is a worker that knows them."""

import ctypes
import errno
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from inspector.analysis.progress import Progress
from inspector.errors import Cancelled, JobError
from inspector.jobs import runner, worker
from inspector.jobs import scratch as scratch_module
from inspector.jobs.options import JobOptions, WarmOptions
from inspector.jobs.reporter import tell
from inspector.jobs.scratch import deliver

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "tests.jobs.tasks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TryOptions(JobOptions):
    """`do` says how the job goes: one of the functions below."""

    JOB: ClassVar[str] = "try"

    do: str = "steps"
    steps: int = 3
    seconds: float = 0.0
    output_folder: str = ""


def attempt(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    return globals()[f"do_{options.do}"](options, progress, scratch)


def do_steps(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Writes a file a step into the scratch folder and delivers them all."""
    moves = []
    for step in range(options.steps):
        progress(step / options.steps, f"Step {step + 1} of {options.steps}")
        (scratch / f"{step}.txt").write_text(str(step))
        moves.append((scratch / f"{step}.txt", scratch.parent / f"{step}.txt"))
        time.sleep(options.seconds)
    if options.output_folder:
        deliver(moves, scratch)
    return {"steps": options.steps, "process": os.getpid()}


def do_noise(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Prints on every channel, from Python, from a child and from C."""
    print("noise from Python")
    print("more noise", file=sys.stderr)
    os.write(1, b'{"event":"finished","id":"any","result":{}}\n')
    subprocess.run(["echo", "noise from a child"], check=True)
    library = ctypes.CDLL(None)
    library.puts(b"noise from C")
    library.fflush(None)
    progress(None, "Making noise")
    return {"read": sys.stdin.read()}


def do_fail(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    (scratch / "half.txt").write_text("half")
    raise JobError("The model holds a CUSTOM operator.")


def do_defect(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    raise KeyError("no such layer")


def do_unjson(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    return {"value": np.float32(1)}


def do_hang(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Native code that keeps Python's lock: no thread of the worker runs."""
    (scratch / "half.txt").write_text("half")
    progress(None, "Hanging")
    ctypes.PyDLL(None).sleep(int(options.seconds))
    return {}


def do_crash(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    (scratch / "half.txt").write_text("half")
    progress(0.5, "About to crash")
    os.kill(os.getpid(), signal.SIGSEGV)
    return {}


def do_abort(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    print("F0000 00:00:1795244882.5 20207 tensor.cc:153] Check failed: dims == 4 (3 vs. 4)", file=sys.stderr)
    os.abort()


def do_leave(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    os._exit(3)


def do_memory(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    progress(None, "Taking memory")
    taken = [np.empty(1 << 27, np.uint8) for _each in range(64)]  # 8 GiB
    return {"taken": len(taken)}


def do_wait(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Something native that lets Python's other threads run."""
    (scratch / "half.txt").write_text("half")
    progress(None, f"Waiting in {os.getpid()}")
    time.sleep(60)
    return {}


def do_slow_delivery(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """The moves into place take a second."""
    moves = []
    for name in ("a.txt", "b.txt"):
        (scratch / name).write_text(name)
        moves.append((scratch / name, scratch.parent / name))
    move = os.replace

    def slowly(source: Path, target: Path) -> None:
        progress(None, f"Moving {target.name}")
        time.sleep(0.3)
        move(source, target)

    scratch_module.os.replace = slowly  # type: ignore[attr-defined]
    deliver(moves, scratch)
    time.sleep(60)
    return {}


def do_children(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Starts what does not leave with it, tells of it, and waits, or is done after `seconds`."""
    child = subprocess.Popen(["sleep", "60"])
    tell(progress, {"child": child.pid})
    progress(None, "Waiting for a child")
    time.sleep(options.seconds or 60)
    return {"child": child.pid}


def do_look(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """What the worker's surroundings are."""
    names = ("TF_USE_LEGACY_KERAS", "KERAS_BACKEND", "CUDA_VISIBLE_DEVICES")
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return {
        "temporary": tempfile.mkdtemp(), "scratch": str(scratch),
        "nice": os.getpriority(os.PRIO_PROCESS, 0), "limit": limit, "process": os.getpid(),
        **{name: os.environ.get(name) for name in names},
    }  # fmt: skip


def do_many(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Reports far more often than anybody can read."""
    for number in range(100_000):
        progress(number / 100_000, f"Sample {number:,} of 100,000")
    progress(None, "Done with it")
    return {}


def do_flood(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Writes more than anybody reads, and brings a result longer than a pipe holds."""
    line = "x" * 199 + "\n"
    for _number in range(options.steps):
        sys.stderr.write(line * 500)  # 100 KB
    print("the last line", file=sys.stderr, flush=True)
    return {"long": "y" * 1_000_000}


def do_quiet(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    raise Cancelled("Cancelled.")


def do_full(options: TryOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    raise OSError(errno.ENOSPC, "No space left on device")


def warm(options: WarmOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Warm at once, as TensorFlow is none of these tasks' needs; or as slow as TRY_WARM_SECONDS says."""
    progress(None, "Starting TensorFlow")
    ctypes.PyDLL(None).sleep(int(os.environ.get("TRY_WARM_SECONDS", "0")))
    return {}


if __name__ == "__main__":
    runner.TASKS[WarmOptions.JOB] = (WarmOptions, "tests.jobs.tasks:warm")
    runner.TASKS[TryOptions.JOB] = (TryOptions, "tests.jobs.tasks:attempt")
    worker.main(sys.argv[1:])
