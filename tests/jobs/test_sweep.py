"""What a sweep does with its pipelines: keeps, skips, repeats and tells; the job's worker is a stand-in here."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.analysis.pipelines import PipelineResult
from inspector.errors import Cancelled, JobError, UsageError, WorkerError
from inspector.jobs import sweep_crew
from inspector.jobs.pipeline_news import PipelineNews
from inspector.jobs.protocol import Progress
from inspector.jobs.provenance import Provenance, provenance_path, sha256_of
from inspector.jobs.reporter import Reporter
from inspector.jobs.sweep import sweep
from inspector.jobs.sweep_options import PipelineOptions, SweepOptions
from inspector.jobs.sweep_plan import PlanError
from inspector.jobs.sweep_store import read_results
from tests.conftest import SAMPLES

PLAN = """
metrics = ["f1"]
recipes = ["float32", "dynamic_range"]
options = {time_limit_s = 60, latency_samples = 5}
evaluation = {path = "data.npz", labels = "none"}
models = [{path = "m*.tflite", groups = {size = "lean"}}]
"""


class Worker:
    """Stands in for `KeptWorkers.do`; `ran` are (model, recipe) in the order in which they ended."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, str]] = []
        self.threads: set[int] = set()
        self.options: list[PipelineOptions] = []
        self.fails: Callable[[PipelineOptions], Exception | None] = lambda _options: None

    def __call__(self, options: PipelineOptions, on_event: Any, *, threads: int, stopped: Any) -> dict[str, Any]:
        self.options.append(options)
        self.threads.add(threads)
        on_event(Progress("1", 0.5, "Working"))
        error = self.fails(options)
        self.ran.append((Path(options.source).name, options.recipe))
        if error is not None:
            raise error
        place = Path(options.output_folder) / options.key
        place.mkdir(exist_ok=True)
        np.save(place / "outputs.npy", np.zeros((4, 2), np.float32))
        variant = place / "v.tflite"
        variant.write_bytes(b"x")
        made = Provenance(options.recipe, options.source, "", sha256_of(variant), "copy")
        provenance_path(variant).write_text(made.text)
        row = {"model": "v.tflite", "task": "multiclass", "samples": 4, "f1": 0.5, "latency_ms": {"median": 1.0}}
        return {"row": row, "notes": ["n"], "variant": "v.tflite", "outputs": "outputs.npy", "decided": "",
                "labels": "", "debug": ""}  # fmt: skip


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    made = Worker()
    monkeypatch.setattr(
        sweep_crew.KeptWorkers, "do",
        lambda kept, options, on_event, stopped: made(options, on_event, threads=kept.threads, stopped=stopped),
    )  # fmt: skip
    monkeypatch.setattr(sweep_crew, "_GRACE", 0.0)
    return made


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    content = (SAMPLES / "digits_cnn.float32.tflite").read_bytes()
    for name in ("m1", "m2"):
        (tmp_path / f"{name}.tflite").write_bytes(content)
    np.savez(tmp_path / "data.npz", x=np.zeros((4, 8, 8, 1), np.float32))
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    return path


def run(plan: Path, **options: Any) -> dict[str, Any]:
    return sweep(SweepOptions(plan=str(plan), **options), lambda _fraction, _message: None, plan.parent)


def results(plan: Path) -> tuple[PipelineResult, ...]:
    return read_results(plan.with_name("plan.results")).pipelines


def test_each_model_is_made_by_each_recipe(plan: Path, worker: Worker) -> None:
    told = run(plan, workers=1)
    assert told == {"folder": str(plan.with_name("plan.results")), "done": 4, "failed": 0, "kept": 0,
                    "summary": "4 pipelines done."}  # fmt: skip
    assert worker.ran == [(m, r) for m in ("m1.tflite", "m2.tflite") for r in ("float32", "dynamic_range")]
    found = results(plan)
    assert [(each.name, each.recipe) for each in found] == worker.ran
    one = found[0]
    assert one.variant == f"files/{one.key}/v.tflite" == one.row["model"] and one.outputs.endswith("/outputs.npy")
    assert one.groups == {"size": "lean"} and one.notes == ("n",) and one.versions["numpy"] == np.__version__
    assert one.source_bytes == (plan.parent / "m1.tflite").stat().st_size
    assert one.scoring["resamples"] == 1000 and one.row["latency_ms"] == {"median": 1.0, "side_by_side": 1}
    assert len({each.key for each in found}) == 4, "files of the same bytes have results of their own"
    given = worker.options[0]
    assert (given.time_limit_s, given.evaluation.time_limit_s, given.evaluation.latency_samples) == (60, 0, 5)
    assert (plan.with_name("plan.results") / "plan.toml").read_text() == PLAN


def test_what_is_done_is_not_done_again(plan: Path, worker: Worker) -> None:
    run(plan)
    before = results(plan)
    assert run(plan)["summary"] == "4 pipelines done (4 of them before)." and len(worker.ran) == 4
    assert results(plan) == before
    assert run(plan, again=True)["kept"] == 0 and len(worker.ran) == 8


def test_only_what_changed_is_done_again(plan: Path, worker: Worker) -> None:
    run(plan)
    worker.ran.clear()
    with (plan.parent / "m1.tflite").open("ab") as file:
        file.write(b"\0")
    assert run(plan)["kept"] == 2 and {name for name, _recipe in worker.ran} == {"m1.tflite"}
    worker.ran.clear()
    plan.write_text(PLAN.replace('"dynamic_range"]', '"dynamic_range", "float16"]'))
    assert run(plan)["kept"] == 4 and sorted(worker.ran) == [("m1.tflite", "float16"), ("m2.tflite", "float16")]
    worker.ran.clear()
    np.savez(plan.parent / "data.npz", x=np.ones((4, 8, 8, 1), np.float32))
    assert run(plan)["kept"] == 0
    worker.ran.clear()
    plan.write_text(PLAN.replace("latency_samples = 5", "latency_samples = 6"))
    assert run(plan)["kept"] == 0


def test_other_group_labels_or_another_folder_make_nothing_anew(plan: Path, worker: Worker) -> None:
    run(plan)
    plan.write_text(PLAN.replace('"lean"', '"fat"'))
    moved = plan.parent.rename(plan.parent.with_name("elsewhere")) / "plan.toml"
    assert run(moved)["kept"] == 4
    assert {each.groups["size"] for each in results(moved)} == {"fat"}
    assert results(moved)[0].model == str(moved.with_name("m1.tflite"))


def test_a_result_whose_files_are_damaged_is_made_anew(plan: Path, worker: Worker) -> None:
    run(plan)
    worker.ran.clear()
    first, second, third, _fourth = results(plan)
    folder = plan.with_name("plan.results")
    (folder / first.outputs).write_bytes(b"\x93NUMPY")
    (folder / second.variant).write_bytes(b"changed")
    (folder / "pipelines" / f"{third.key}.json").write_text("{")
    assert run(plan)["kept"] == 1 and len(worker.ran) == 3


def test_a_pipeline_that_fails_is_a_row_and_no_end(plan: Path, worker: Worker) -> None:
    worker.fails = lambda options: (
        WorkerError("The worker crashed (SIGSEGV).", "its log") if options.recipe == "float32" else None
    )
    told = run(plan)
    assert (told["done"], told["failed"], told["summary"]) == (2, 2, "2 pipelines done, 2 failed.")
    failed = results(plan)[0]
    assert (failed.state, failed.sentence, failed.row) == ("failed", "The worker crashed (SIGSEGV).", {})
    assert (plan.with_name("plan.results") / "pipelines" / f"{failed.key}.log").read_text() == "its log"


def test_what_failed_is_only_tried_again_when_asked(plan: Path, worker: Worker) -> None:
    worker.fails = lambda _options: JobError("No.")
    run(plan)
    worker.fails = lambda _options: None
    assert (run(plan)["failed"], len(worker.ran)) == (4, 4)
    assert (run(plan, retry_failed=True)["done"], len(worker.ran)) == (4, 8)


def test_a_bug_in_a_pipeline_is_a_row_too(plan: Path, worker: Worker) -> None:
    worker.fails = lambda _options: KeyError("oops")
    assert run(plan)["failed"] == 4
    assert "oops" in results(plan)[0].sentence


def test_as_many_run_side_by_side_as_there_are_workers(plan: Path, worker: Worker) -> None:
    both = threading.Barrier(2, timeout=20)

    def together(_options: PipelineOptions) -> None:
        both.wait()

    worker.fails = together  # type: ignore[assignment]
    assert run(plan, workers=2)["done"] == 4
    assert results(plan)[0].row["latency_ms"]["side_by_side"] == 2
    assert worker.threads == {max(1, sweep_crew.cores() // 2)}


def test_workers_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_crew, "cores", lambda: 8)
    monkeypatch.setattr(sweep_crew, "free_memory", lambda: 5_000_000_000)
    assert sweep_crew.local_workers() == 3
    monkeypatch.setattr(sweep_crew, "free_memory", lambda: 1)
    assert sweep_crew.local_workers() == 1
    monkeypatch.setattr(sweep_crew, "free_memory", lambda: None)
    assert sweep_crew.local_workers() == 8


def test_everything_that_happens_is_told(plan: Path, worker: Worker) -> None:
    told: list[PipelineNews] = []
    said: list[str] = []
    reporter = Reporter(
        lambda _fraction, text: said.append(text), lambda each: told.append(PipelineNews.from_dict(each))
    )
    worker.fails = lambda options: JobError("No.") if options.recipe == "float32" else None
    sweep(SweepOptions(plan=str(plan), workers=1), reporter, plan.parent)
    assert [each.state for each in told[:4]] == ["waiting"] * 4
    mine = [each for each in told if each.key == told[0].key]
    assert [(each.state, each.step) for each in mine[:3]] == [
        ("waiting", ""), ("running", "Starting"), ("running", "Working"),
    ]  # fmt: skip
    assert mine[-1].state == "failed" and mine[-1].sentence == "No."
    done = next(each for each in told if each.state == "done")
    assert (done.metric, done.score) == ("f1", 0.5)
    assert said[-1] == "2 of 4 done, 2 failed"
    told.clear()
    sweep(SweepOptions(plan=str(plan), workers=1), reporter, plan.parent)
    assert [each.state for each in told] == ["failed", "kept", "failed", "kept"]


def test_a_sweep_that_is_stopped_keeps_what_is_done(plan: Path, worker: Worker) -> None:
    def stop(_fraction: float | None, message: str) -> None:
        if message.startswith("1 of 4"):
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        sweep(SweepOptions(plan=str(plan), workers=1), stop, plan.parent)
    assert len(results(plan)) == 1
    worker.ran.clear()
    assert run(plan)["kept"] == 1 and len(worker.ran) == 3


def test_a_pipeline_that_is_stopped_is_no_failure(plan: Path, worker: Worker) -> None:
    worker.fails = lambda _options: Cancelled("Cancelled.")
    with pytest.raises(Cancelled):
        run(plan)
    assert results(plan) == ()


def test_data_that_do_not_fit_are_all_told_before_anything_runs(plan: Path, worker: Worker) -> None:
    np.savez(plan.parent / "data.npz", x=np.zeros((4, 9, 9, 1), np.float32))
    (plan.parent / "m2.tflite").write_bytes(b"no model")
    (plan.parent / "m3.h5").write_bytes(b"no model")
    plan.write_text(PLAN.replace("m*.tflite", "m*"))
    with pytest.raises(PlanError) as caught:
        run(plan)
    sentences = caught.value.sentences
    assert len(sentences) == 3 and worker.ran == []
    assert sentences[0].startswith("m1.tflite, evaluation data: ") and "m2.tflite" in sentences[1]
    assert not plan.with_name("plan.results").exists()


def test_labels_that_can_not_be_are_told_before_anything_runs(plan: Path, worker: Worker) -> None:
    plan.write_text(PLAN.replace('"none"', '"y"'))
    for labels, part in (
        (np.full(4, 12), "There is a label 12"), (np.ones(4, int), "All 4 labels are class 1"),
        (np.array([0, 1, np.nan, 2]), "NaN"), (np.zeros(3, int), "for each of 4 samples"),
    ):  # fmt: skip
        np.savez(plan.parent / "data.npz", x=np.zeros((4, 8, 8, 1), np.float32), y=labels)
        with pytest.raises(PlanError, match=part):
            run(plan)
    assert worker.ran == []


def test_data_that_are_not_there_are_told(plan: Path, worker: Worker) -> None:
    (plan.parent / "data.npz").unlink()
    with pytest.raises(PlanError, match=r"data\.npz can't be read: No such file"):
        run(plan)


def test_calibration_of_a_model_is_not_done_twice_at_the_same_time(plan: Path, worker: Worker) -> None:
    plan.write_text(PLAN.replace('["float32", "dynamic_range"]', '["int8", "uint8"]') + 'calibration.path = "data.npz"')
    both = threading.Barrier(2, timeout=20)

    def wait_for_other(options: PipelineOptions) -> None:
        if options.recipe == "int8":
            both.wait()  # the other one that runs is of the other model

    worker.fails = wait_for_other  # type: ignore[assignment]
    assert run(plan, workers=2)["done"] == 4
    assert [options.recipe for options in worker.options[:2]] == ["int8", "int8"]  # in the order of their starts


def test_wrong_numbers_of_workers() -> None:
    with pytest.raises(UsageError, match="can't be -1"):
        SweepOptions(plan="p", workers=-1)
    with pytest.raises(UsageError, match="leave the number out"):
        SweepOptions(plan="p", workers=2, dask="tcp://x:1")
