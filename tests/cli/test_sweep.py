"""The command sweep, with real workers: its table, CSV and JSON, refusals with their exit codes."""

import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.errors import WorkerError
from inspector.jobs.client import run_in_worker
from inspector.jobs.sweep_options import SweepOptions
from inspector.jobs.sweep_store import Store, read_results
from tests.cli.conftest import Ran
from tests.conftest import SAMPLES

pytest.importorskip("sklearn")
pytest.importorskip("litert_quantizer")
Cli = Callable[..., Ran]
PLAN = f"""
name = "Two schemes"
recipes = ["float32", "dynamic_range"]
metrics = ["kappa", "accuracy"]
evaluation = {{path = "{(SAMPLES / "digits.npz").as_posix()}", arrays = "x_test", labels = "y_test"}}
options = {{resamples = 200}}
[[models]]
path = "cnn.tflite"
groups = {{family = "digits", "pruning" = "before"}}
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan that was run."""
    folder = tmp_path_factory.mktemp("finished")
    shutil.copy(SAMPLES / "digits_cnn.float32.tflite", folder / "cnn.tflite")
    (folder / "plan.toml").write_text(PLAN)
    run_in_worker(SweepOptions(plan=str(folder / "plan.toml")))
    return folder


@pytest.fixture
def plan(finished: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(finished, tmp_path / "plans")) / "plan.toml"


def test_the_table_has_arrows_against_the_reference(cli: Cli, plan: Path) -> None:
    ran = cli("sweep", plan)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "Two schemes" and lines[1].startswith(
        "2 pipelines done. Kappa against float32 of the same model"
    )
    header = next(line for line in lines if line.startswith("Scheme"))
    assert header.split() == ["Scheme", "Kappa", "Accuracy", "Agreement", "Bytes", "Ratio", "ms"]
    assert "cnn.tflite" in lines
    assert any(line.startswith("float32") and "98.0 %" in line and "▼" not in line for line in lines)
    assert any(line.startswith("DRQ") and "95.8 % ▼" in line and "0.28 ×" in line for line in lines)
    assert f"(2 of them before). Results: {plan.with_name('plan.results')}" in lines[-1]


def test_csv_and_json_have_the_same_rows(cli: Cli, plan: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(cli("sweep", plan, "--csv").out)))
    told = cli("sweep", plan, "--json").json
    assert [told[name] for name in ("folder", "done", "failed", "kept")] == [
        str(plan.with_name("plan.results")), 2, 0, 2,
    ]  # fmt: skip
    assert (
        [row["recipe"] for row in rows]
        == [each["recipe"] for each in told["pipelines"]]
        == ["float32", "dynamic_range"]
    )
    second = told["pipelines"][1]
    assert float(rows[1]["accuracy"]) == second["accuracy"] == 0.958 and rows[1]["pruning"] == "before"
    assert second["accuracy_verdict"] == "worse" and second["groups"] == {"family": "digits", "pruning": "before"}
    assert (plan.with_name("plan.results") / second["variant"]).is_file() and second["path"] == str(
        plan.parent / "cnn.tflite"
    )


def test_a_pipeline_that_fails_is_told_and_the_exit_code_is_1(cli: Cli, plan: Path) -> None:
    results = read_results(plan.with_name("plan.results"))
    assert results.folder is not None
    failed = replace(
        results.pipelines[1], state="failed", sentence="The worker crashed.", row={}, variant="", outputs="", labels=""
    )
    Store(results.folder).put(failed)
    ran = cli("sweep", plan)
    assert ran.code == 1
    line = next(line for line in ran.out.splitlines() if line.startswith("DRQ"))
    assert line.split() == ["DRQ", "failed", "failed"]
    assert "tflite-inspector: cnn.tflite  DRQ: The worker crashed.\n" in ran.err
    assert "1 pipeline failed; --retry-failed tries again." in ran.err


def test_a_wrong_plan_is_2_and_says_all(cli: Cli, plan: Path) -> None:
    plan.write_text(PLAN.replace("recipes", "recipe").replace("cnn.tflite", "dnn.tflite"))
    ran = cli("sweep", plan)
    assert (ran.code, ran.out) == (2, "") and "there is no key recipe. Did you mean recipes?" in ran.err
    plan.write_text(PLAN.replace("cnn.tflite", "dnn.tflite"))
    ran = cli("sweep", plan)
    assert (ran.code, ran.out) == (2, "") and "There is no model dnn.tflite" in ran.err
    plan.write_text(PLAN.replace("x_test", "x_calibration"))
    ran = cli("sweep", plan)
    assert (ran.code, ran.out) == (2, "") and "cnn.tflite, evaluation data: y_test in digits.npz is [500]" in ran.err
    assert cli("sweep", plan, "--workers", "-1").code == 2
    assert cli("sweep", plan.with_name("none.toml")).code == 2


@pytest.mark.parametrize(
    "error", [WorkerError("The worker was killed (SIGKILL). Nothing was kept; x."), KeyboardInterrupt()]
)
def test_a_sweep_that_ends_early_says_where_it_goes_on(
    cli: Cli, plan: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr("inspector.cli.sweep.run_shown", stopped)
    ran = cli("sweep", plan)
    assert ran.code == (1 if isinstance(error, WorkerError) else 130) and "Nothing was kept" not in ran.err
    assert f"What was done is kept in {plan.with_name('plan.results')}: the same command goes on there." in ran.err
