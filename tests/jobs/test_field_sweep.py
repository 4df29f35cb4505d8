"""A sweep over models of the field says what a plain script of TensorFlow and scikit-learn says, pipeline by pipeline.

The whole study, 40 pipelines, is `python -m tests.field_run FOLDER`; here two of its models, hardly trained.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from inspector.analysis.pipelines import ResultSet
from inspector.jobs.client import run_in_worker
from inspector.jobs.sweep_options import SweepOptions
from inspector.jobs.sweep_store import read_results
from tests.conftest import ROOT
from tests.field_digits import ATTRIBUTES, EVEN
from tests.jobs.swept import differences

SCRIPT = """
import sys
from pathlib import Path
from tests import field_sweep
from tests.jobs import plain_sweep
place = Path(sys.argv[1])
plan = field_sweep.write(place, ("digits_attributes", "digits_even"), ("float32", "int8"), epochs=1)
plain_sweep.main(str(plan), str(place / "plain"))
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[ResultSet, Path]:
    """The sweep's results, and the folder of what the plain script found."""
    pytest.importorskip("sklearn")
    folder = tmp_path_factory.mktemp("study")
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(folder)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-3000:]
    told = run_in_worker(SweepOptions(plan=str(folder / "plan.toml")))
    assert (told["done"], told["failed"], told["kept"]) == (4, 0, 0)
    return read_results(told["folder"]), folder / "plain"


@pytest.mark.tensorflow
@pytest.mark.timeout(300)
def test_scores_of_every_pipeline_are_a_plain_script_s(study: tuple[ResultSet, Path]) -> None:
    results, plain = study
    assert differences(results, plain) == []
    assert [each.task for each in results.pipelines] == ["multilabel", "multilabel", "binary", "binary"]
    assert [each.recipe for each in results.pipelines] == ["float32", "int8"] * 2
    assert all(each.row["intervals"]["f1"][0] <= each.row["f1"] <= each.row["intervals"]["f1"][1]
               for each in results.pipelines)  # fmt: skip


@pytest.mark.tensorflow
def test_a_score_that_is_off_is_seen(study: tuple[ResultSet, Path]) -> None:
    """The guard itself: one count of a confusion matrix, one output, one byte."""
    results, plain = study
    first = results.pipelines[0]
    first.row["confusion_matrix"][0][0][0] += 1
    assert [each for each in differences(results, plain) if "confusion_matrix" in each]
    first.row["confusion_matrix"][0][0][0] -= 1
    outputs = np.load(results.path(first.outputs))
    np.save(results.path(first.outputs), outputs + np.float32(1e-6))
    assert [each for each in differences(results, plain) if "apart" in each]
    np.save(results.path(first.outputs), outputs)
    assert differences(results, plain) == []


def test_attributes_tell_all_digits_apart_and_each_holds_for_some() -> None:
    digits = np.arange(10)
    rows = np.stack([each.of(digits) for each in (EVEN, *ATTRIBUTES)], axis=1)
    assert len({tuple(row) for row in rows}) == 10
    assert all(2 <= column.sum() <= 8 for column in rows.T)
    assert EVEN.of(digits).tolist() == [1, 0] * 5
