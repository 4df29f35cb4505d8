"""The whole field study, as a person runs it: `python -m tests.field_run FOLDER` (about ten minutes on two cores).

Trains the models (tests.field_sweep), sweeps them with the command, kills that half-way with SIGKILL, goes on, asks
that nothing is done twice, holds every pipeline against the plain script, runs all of it again on a Dask cluster of
two workers and asks for the same table. Ends with 1 where anything is not so; prints the table in Markdown.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from inspector.analysis.pipeline_columns import ARROWS, score_text
from inspector.analysis.pipeline_rows import ResultRow
from inspector.analysis.pipelines import ResultSet
from inspector.cli.sweep_page import compared_rows
from inspector.jobs.sweep_plan import read_plan
from inspector.jobs.sweep_store import read_results
from inspector.model.text import percent_text
from tests.jobs.swept import differences, same_table

INSPECTOR = [sys.executable, "-m", "inspector"]


def say(text: str) -> None:
    print(text, flush=True)


def written(place: Path) -> Path:
    """Trains in a process of its own, so that this one stays without TensorFlow."""
    subprocess.run([sys.executable, "-m", "tests.field_sweep", str(place)], check=True, stdout=subprocess.DEVNULL)
    return place / "plan.toml"


def swept(plan: Path, folder: Path, *more: str) -> dict[str, int]:
    """What the command says: done, failed, kept."""
    command = [*INSPECTOR, "sweep", str(plan), "-o", str(folder), "--json", *more]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    told: dict[str, int] = {name: json.loads(done.stdout)[name] for name in ("done", "failed", "kept")}
    return told


def killed(plan: Path, folder: Path, after: int) -> int:
    """Sweeps until `after` pipelines are kept, then SIGKILL. How many there are when all its processes are gone."""
    with (folder.parent / "killed.log").open("wb") as log:
        process = subprocess.Popen([*INSPECTOR, "sweep", str(plan), "-o", str(folder)], stdout=log, stderr=log,
                                   start_new_session=True)  # fmt: skip
    while kept(folder) < after:
        if process.poll() is not None:
            raise RuntimeError(f"The sweep ended before it was killed: {(folder.parent / 'killed.log').read_text()}")
        time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    ends = time.monotonic() + 30
    while _alive(process.pid) and time.monotonic() < ends:
        time.sleep(0.1)
    if _alive(process.pid):
        raise RuntimeError("Processes of the killed sweep are still at work.")
    return kept(folder)


def kept(folder: Path) -> int:
    return len(list((folder / "pipelines").glob("*.json")))


def _alive(session: int) -> list[int]:
    """Processes of a session that are no zombies."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, *rest = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(rest[2]) == session and state != "Z":
            found.append(int(path.parent.name))
    return found


@contextmanager
def dask_cluster() -> Iterator[str]:
    """A scheduler and two workers on this machine; its address."""
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
                 "--no-dashboard"]  # fmt: skip
    processes = []
    try:
        processes.append(subprocess.Popen(scheduler, stderr=subprocess.PIPE, text=True))
        assert processes[0].stderr
        address = next(line.split()[-1] for line in processes[0].stderr if "Scheduler at:" in line)
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard",
                  "--no-nanny", "--host", "127.0.0.1"]  # fmt: skip
        processes += [subprocess.Popen(worker, stderr=subprocess.DEVNULL) for _each in range(2)]
        yield address
    finally:
        for each in reversed(processes):
            each.send_signal(signal.SIGTERM)
        for each in reversed(processes):
            each.wait(20)


def table(results: ResultSet) -> Iterator[str]:
    """Markdown: a row a model, a column a scheme; with labels accuracy (several labels: F1), else agreement."""
    recipes = list(dict.fromkeys(each.recipe for each in results.pipelines))
    schemes = {each.recipe: each.scheme for each in results.pipelines}
    rows, _reference = compared_rows(results)
    yield f"| model | score | {' | '.join(schemes[each] for each in recipes)} |"
    yield "|---|---" + "|---:" * len(recipes) + "|"
    for name in dict.fromkeys(row.model for row in rows):
        mine = {row.result.recipe: row for row in rows if row.model == name}
        task = mine[recipes[0]].result.task if mine[recipes[0]].result.labels else ""
        score = {"": "agreement", "multilabel": "f1"}.get(task, "accuracy")
        yield f"| {name} | {score} | {' | '.join(_cell(mine[each], score) for each in recipes)} |"


def _cell(row: ResultRow, score: str) -> str:
    if score == "agreement":
        same = row.agreement()
        return "reference" if same is None else percent_text(same)
    apart = row.difference(score)
    arrow = f" {ARROWS[apart.verdict]}" if apart is not None else ""
    return f"{score_text(score, row.result.score(score))}{arrow}"


def checked(title: str, wrong: Sequence[object]) -> bool:
    """Says how it went; whether anything was wrong."""
    say(f"{title}: {'yes' if not wrong else 'NO'}")
    for each in wrong:
        say(f"  {each}")
    return bool(wrong)


def main() -> int:
    place = Path(sys.argv[1]).absolute()
    plan, folder, plain = written(place), place / "plan.results", place / "plain"
    count = len(read_plan(plan).pipelines())
    found = killed(plan, folder, count // 2)
    say(f"Killed with {found} of {count} pipelines kept.")
    before = {path: path.stat().st_mtime_ns for path in (folder / "pipelines").glob("*.json")}
    told, again = swept(plan, folder), swept(plan, folder)
    after = {path: path.stat().st_mtime_ns for path in before}
    expected = {"done": count, "failed": 0, "kept": found}
    missed = checked("It went on where it was", [told] if told != expected else [])
    missed |= checked("Nothing was done twice", [path for path in before if before[path] != after[path]])
    missed |= checked("A third run does nothing", [again] if again["kept"] != count else [])
    results = read_results(folder)
    subprocess.run([sys.executable, "-m", "tests.jobs.plain_sweep", str(plan), str(plain)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    missed |= checked("Every pipeline is as the plain script's", differences(results, plain))
    with dask_cluster() as address:
        swept(plan, place / "dask.results", "--dask", address)
    missed |= checked("A Dask cluster gives the same table", same_table(results, read_results(place / "dask.results")))
    say("\n" + "\n".join(table(results)))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
