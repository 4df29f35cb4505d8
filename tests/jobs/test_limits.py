"""What a worker may take: address space by the machine, time by the clock."""

import os
import subprocess
import sys

import pytest

from inspector.jobs.limits import usual_memory_limit

GIB = 1 << 30


def run(code: str) -> str:
    """What a process of its own prints: limits can't be tried out in this one."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize(("physical", "limit"), [(1, 9), (4, 12), (64, 72)])
def test_the_usual_limit_stands_well_above_the_machines_memory(
    monkeypatch: pytest.MonkeyPatch, physical: int, limit: int
):
    sizes = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": physical * GIB // 4096}
    monkeypatch.setattr(os, "sysconf", sizes.__getitem__)
    assert usual_memory_limit() == limit * GIB


def test_a_machine_that_does_not_tell_its_memory_has_no_limit(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(os, "sysconf")
    assert usual_memory_limit() == 0


def test_a_limit_moves_up_and_down_and_can_be_lifted():
    code = (
        "import resource\n"
        "from inspector.jobs.limits import lift_memory_limit, limit_memory\n"
        "first = resource.getrlimit(resource.RLIMIT_AS)\n"
        "print(limit_memory(2000) >> 20, limit_memory(3000) >> 20, resource.getrlimit(resource.RLIMIT_AS)[0] >> 20)\n"
        "lift_memory_limit()\n"
        "print(resource.getrlimit(resource.RLIMIT_AS) == first)\n"
    )
    assert run(code) == "2000 3000 3000\nTrue"


def test_a_limit_of_the_systems_own_is_not_exceeded():
    code = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
        "from inspector.jobs.limits import limit_memory\n"
        "print(limit_memory(9000) >> 20, limit_memory(1000) >> 20)\n"
    )
    assert run(code) == "4096 1000"


def test_a_worker_is_less_urgent_than_the_window():
    own = os.getpriority(os.PRIO_PROCESS, 0)
    code = "import os; from inspector.jobs.limits import lower_priority; lower_priority(); print(os.nice(0))"
    assert int(run(code)) == min(19, own + 10)


def timed(limit: int, work: str) -> str:
    """What is printed by a process that does `work` under a time limit, whose end prints "over"."""
    return run(
        "import signal, time\n"
        "from inspector.jobs.limits import time_limit\n"
        "alarm = lambda: round(signal.getitimer(signal.ITIMER_REAL)[0])\n"
        f"with time_limit({limit}, lambda: print('over', flush=True)):\n"
        f"    {work}\n"
        "time.sleep(1.2)\n"
        "print('alarm', alarm())\n"
    )


def test_work_that_ends_in_time_is_left_alone():
    assert timed(1, "print('alarm', alarm())") == "alarm 6\nalarm 0"


def test_work_that_takes_longer_is_told():
    assert timed(1, "time.sleep(1.5)") == "over\nalarm 0"


def test_no_limit_sets_no_alarm():
    assert timed(0, "print('alarm', alarm())") == "alarm 0\nalarm 0"
