"""Sweeps with real workers: their table, one that is killed, a sweep that is killed or stopped, a Dask cluster."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from inspector.analysis.pipelines import ResultSet
from inspector.errors import JobError
from inspector.jobs.client import run_in_worker
from inspector.jobs.cluster import ClusterOptions
from inspector.jobs.sweep_options import SweepOptions
from inspector.jobs.sweep_plan import PlanError
from inspector.jobs.sweep_store import read_results
from tests.conftest import ROOT, SAMPLES
from tests.jobs.swept import same_table

pytestmark = [
    pytest.mark.timeout(200), pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc"),
]  # fmt: skip
PLAN = 'recipes = ["float32"]\nmodels = [{path = "m*.tflite"}]\nevaluation = {path = "data.npz", labels = "none"}\n'


def plan_in(folder: Path, models: int) -> Path:
    """Small work: a float model that needs no TensorFlow, agreement only, which needs no scikit-learn."""
    folder.mkdir(exist_ok=True)
    content = (SAMPLES / "digits_cnn.float32.tflite").read_bytes()
    for number in range(models):
        (folder / f"m{number}.tflite").write_bytes(content)
    np.savez(folder / "data.npz", x=np.load(SAMPLES / "digits.npz")["x_test"][:20])
    (folder / "plan.toml").write_text(PLAN)
    return folder / "plan.toml"


Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """`start(plan, *words)` starts the command; what still runs of it when the test is over is killed."""
    started = []

    def begin(plan: Path, *words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "inspector", "sweep", str(plan), *words]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, cwd=ROOT, text=True, stdout=pipe, stderr=pipe, start_new_session=True))
        return started[-1]

    yield begin
    for each in started:
        each.kill()
        each.communicate()


def stored(plan: Path) -> int:
    return len(list(plan.with_name("plan.results").glob("pipelines/*.json")))


def descendants(process: int) -> list[int]:
    """Of a process, the nearest first."""
    parents = {}
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                parents[int(each.name)] = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = [process]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]


def runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(done: object, seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert time.monotonic() < ends, "waited too long"
        time.sleep(0.02)


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def all_gone(processes: list[int]) -> None:
    assert processes
    wait_until(lambda: not any(map(runs, processes)), 10)


def test_a_sweep_that_is_killed_goes_on_where_it_was(tmp_path: Path, start: Start) -> None:
    plan = plan_in(tmp_path, 5)
    process = start(plan, "--workers", "1")
    wait_until(lambda: stored(plan) >= 2)
    workers = descendants(process.pid)
    for each in (process.pid, workers[0]):  # the command and the sweep's own process
        os.kill(each, signal.SIGKILL)
    assert ended(process)[0] == -signal.SIGKILL
    all_gone(workers)
    kept = {each: each.stat().st_mtime_ns for each in plan.with_name("plan.results").glob("pipelines/*.json")}
    code, out, err = ended(start(plan, "--json"))
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert (told["done"], told["failed"], told["kept"]) == (5, 0, len(kept)) and len(kept) >= 2
    assert all(path.stat().st_mtime_ns == at for path, at in kept.items()), "nothing is made twice"
    assert [each["model"] for each in told["pipelines"]] == [f"m{number}.tflite" for number in range(5)]
    assert {path.name[0] for path in plan.with_name("plan.results").joinpath("files").iterdir()} != {"."}


def test_ctrl_c_keeps_what_is_done_and_leaves_no_process(tmp_path: Path, start: Start) -> None:
    plan = plan_in(tmp_path, 5)
    process = start(plan, "--workers", "2")
    wait_until(lambda: stored(plan) >= 1)
    workers = descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    code, out, err = ended(process)
    all_gone(workers)
    assert code == 130 and "Stopped. What was done is kept in" in err
    assert stored(plan) == out.count(": done,") >= 1, "what was under way is no row"
    assert all(each.done for each in read_results(plan.with_name("plan.results")).pipelines)
    assert not list((plan.with_name("plan.results") / "files").glob(".*"))


def test_a_worker_that_is_killed_is_one_failed_row(tmp_path: Path, start: Start) -> None:
    plan = plan_in(tmp_path, 3)
    process = start(plan, "--workers", "1")
    wait_until(lambda: len(descendants(process.pid)) >= 2)
    os.kill(descendants(process.pid)[-1], signal.SIGKILL)
    code, out, err = ended(process)
    assert code == 1 and "m0.tflite  float32: The worker was killed (SIGKILL)" in err and "--retry-failed" in err
    assert "2 pipelines done, 1 failed." in out
    assert [each.state for each in read_results(plan.with_name("plan.results")).pipelines] == ["failed", "done", "done"]


def test_a_second_sweep_in_the_folder_is_refused(tmp_path: Path, start: Start) -> None:
    plan = plan_in(tmp_path, 2)
    first = start(plan, "--workers", "1")
    wait_until((plan.with_name("plan.results") / "sweep.json").exists)
    code, _out, err = ended(start(plan))
    assert code == 1 and "Another sweep is working in" in err
    assert ended(first)[0] == 0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers, each a process of its own."""
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("cluster")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard", "--host", address]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard",
              "--local-directory", str(folder), "--no-nanny"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / "log").open("wb") as log:
        started = [subprocess.Popen(each, stdout=log, stderr=log, env=environment) for each in (dask, worker, worker)]
        try:
            yield address
        finally:
            for each in started:
                each.kill()
                each.wait()


def wait_for_workers(address: str) -> None:
    from distributed import Client

    with Client(address, timeout="60s", set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)


def test_a_dask_cluster_gives_the_same_table(cluster: str, tmp_path: Path) -> None:
    wait_for_workers(cluster)
    plan = plan_in(tmp_path, 2)
    told = run_in_worker(SweepOptions(plan=str(plan), dask=cluster))
    assert (told["done"], told["failed"], told["kept"]) == (2, 0, 0)
    here = run_in_worker(SweepOptions(plan=str(plan), folder=str(tmp_path / "here")))
    assert (here["done"], here["kept"]) == (2, 0)
    there: ResultSet = read_results(told["folder"])
    assert same_table(there, read_results(here["folder"])) == []
    assert run_in_worker(SweepOptions(plan=str(plan), folder=told["folder"]))["kept"] == 2, "either goes on with both"


def test_dask_workers_that_do_not_see_the_files_are_told(cluster: str, tmp_path: Path) -> None:
    from inspector.jobs.sweep_dask import dask_crew
    from inspector.jobs.sweep_plan import read_plan

    wait_for_workers(cluster)
    pipelines = read_plan(plan_in(tmp_path, 2)).pipelines()
    (tmp_path / "m0.tflite").unlink()
    (tmp_path / "data.npz").unlink()
    with pytest.raises(PlanError) as caught, dask_crew(cluster, tmp_path, pipelines):
        pass
    told = caught.value.sentences
    assert len(told) == 4, "both workers miss two paths and the folder `files`"
    assert "does not see" in told[0] and "and 1 other path" in told[0] and "it can't write there" in told[1]
    assert not list(tmp_path.glob(".running-*"))


def test_a_cluster_says_what_it_can_do_and_lacks(cluster: str, tmp_path: Path) -> None:
    wait_for_workers(cluster)
    told = run_in_worker(ClusterOptions(dask=cluster, paths=(str(SAMPLES),)))
    assert (told["workers"], told["wrong"]) == (2, []) and 1 <= told["slots"] <= 2
    assert told["summary"].startswith("2 workers, ")
    told = run_in_worker(ClusterOptions(dask=cluster, paths=(str(tmp_path / "gone.h5"), str(tmp_path / "gone.npz"))))
    assert len(told["wrong"]) == 2 and told["wrong"][0].endswith("gone.h5 and 1 other path.")


def test_no_scheduler_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    from inspector.jobs import sweep_dask

    monkeypatch.setattr(sweep_dask, "_PATIENCE", "1s")
    with (
        pytest.raises(JobError, match="No Dask scheduler answers at"),
        sweep_dask.dask_crew("tcp://127.0.0.1:1", tmp_path, ()),
    ):
        pass
