"""What a worker may take: its priority, its address space, its time."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

_MIB, _GIB = 1 << 20, 1 << 30
_ABOVE_PHYSICAL = 8 * _GIB
"""TensorFlow maps 2.8 GB for a model of 9 KB: address space is no memory, so the default stands well above it."""
_LEAST = 6 * _GIB
_BELOW_NORMAL = 0x4000  # Windows' BELOW_NORMAL_PRIORITY_CLASS
_NICE = 10
_LAST_RESORT_S = 5.0
_THREADS = "TFLITE_INSPECTOR_THREADS"
_LIBRARIES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


def cores() -> int:
    """How many threads this process should use: its cores, or fewer where it was started with fewer."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    allowed = os.environ.get(_THREADS, "")
    return min(found, max(1, int(allowed))) if allowed.isdecimal() else found


def thread_environment(threads: int) -> dict[str, str]:
    """What makes a worker and its libraries use so many threads; nothing for 0."""
    return dict.fromkeys((_THREADS, *_LIBRARIES), str(threads)) if threads else {}


def free_memory() -> int | None:
    """Bytes that programs can still take here, as the system and its control group say; None if it can't be told."""
    found = []
    with contextlib.suppress(OSError, ValueError, IndexError):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found += [int(each.split()[1]) * 1024 for each in lines if each.startswith("MemAvailable:")]
    with contextlib.suppress(OSError, ValueError):
        group = Path("/sys/fs/cgroup")
        limit, used = ((group / f"memory.{name}").read_text(encoding="ascii") for name in ("max", "current"))
        found.append(int(limit) - int(used))  # "max" is no number: no limit
    return min(found, default=None)


def lower_priority() -> None:
    """Lets the window go first: a converter takes every core it finds."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            import ctypes

            kernel = ctypes.windll.kernel32
            kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL)
        else:
            os.nice(_NICE)


def usual_memory_limit() -> int:
    """Bytes of address space by default: the machine's memory and 8 GiB, never under 6 GiB; 0 if it can't be told."""
    try:
        physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 0
    return max(_LEAST, physical + _ABOVE_PHYSICAL)


def limit_memory(megabytes: int) -> int:
    """Limits this process's address space; 0 takes the usual limit. Returns the limit in bytes, 0 where there is none.

    Only the soft limit moves, so that the next job can have another one.
    """
    return _set_limit(megabytes * _MIB if megabytes else usual_memory_limit())


def lift_memory_limit() -> None:
    """Makes room to say that there was none."""
    _set_limit(0)


def _set_limit(size: int) -> int:
    if sys.platform == "win32":
        return 0
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = size or resource.RLIM_INFINITY
    if hard != resource.RLIM_INFINITY:
        wanted = hard if wanted == resource.RLIM_INFINITY else min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    except (ValueError, OSError):  # macOS knows the limit and refuses to set it
        return 0
    return 0 if wanted == resource.RLIM_INFINITY else wanted


@contextlib.contextmanager
def time_limit(seconds: int, on_end: Callable[[], object]) -> Iterator[None]:
    """Calls `on_end` in a thread after `seconds`; 0 never.

    A thread needs Python's lock, which native code may hold for minutes: 5 s later the system's alarm ends the process.
    """
    if seconds <= 0:
        yield
        return
    timer = threading.Timer(seconds, on_end)
    timer.daemon = True
    timer.start()
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds + _LAST_RESORT_S)
    try:
        yield
    finally:
        timer.cancel()
        if sys.platform != "win32":
            signal.setitimer(signal.ITIMER_REAL, 0)
