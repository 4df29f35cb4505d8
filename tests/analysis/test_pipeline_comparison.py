"""Pipelines beside their reference: the same bootstrap as the job's, groups as references, agreement, no noise."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inspector.analysis.evaluation_task import BINARY, MULTILABEL, REGRESSION
from inspector.analysis.pipeline_comparison import (
    GROUP,
    PipelineComparison,
    Reference,
    compared,
    reference_of,
    references,
)
from inspector.analysis.pipelines import ResultSet
from inspector.analysis.resampling import BETTER, EQUAL, WORSE, difference, replicates
from inspector.errors import Cancelled, DataError
from tests.swept import Made, outputs, swept

BEFORE = Made("net.h5", groups={"family": "digits", "pruning": "before"}, samples=120)
AFTER = replace(BEFORE, name="net_pruned.h5", groups={"family": "digits", "pruning": "after"}, right=2.5, noise=5.0)
OTHERS = (
    Made("labels.h5", MULTILABEL, data="labels.npz", samples=60, classes=4, right=1.0),
    Made("sign.h5", BINARY, data="sign.npz", samples=60, classes=1, right=1.0),
    Made("numbers.h5", REGRESSION, data="numbers.npz", samples=60, classes=2),
    Made("faces.h5", data="faces.npz", samples=60, labelled=False),
)
TWO = ("float32", "int8")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> ResultSet:
    return swept(tmp_path_factory.mktemp("swept"), (BEFORE, AFTER, *OTHERS), TWO, resamples=200)


def test_a_difference_is_the_paired_bootstrap_of_the_two_models(results: ResultSet) -> None:
    found = compared(results, Reference())["net_pruned.h5.int8"]["accuracy"]
    labels, mine = outputs(AFTER, "int8")
    _, other = outputs(AFTER, "float32")
    drawn = [replicates("multiclass", labels, each, each.argmax(axis=1), "macro", 200, 0) for each in (mine, other)]
    scores = [float((each.argmax(axis=1) == labels).mean()) for each in (mine, other)]
    assert found == difference("accuracy", scores[0] - scores[1], drawn[0]["accuracy"], drawn[1]["accuracy"])
    assert found.verdict == WORSE


def test_the_reference_itself_has_no_difference(results: ResultSet) -> None:
    assert all(not key.endswith("float32") for key in compared(results, Reference()))


def test_lower_is_better_for_losses(results: ResultSet) -> None:
    found = compared(results, Reference(recipe="int8"))["net_pruned.h5.float32"]
    assert (found["accuracy"].verdict, found["log_loss"].verdict) == (BETTER, BETTER)
    assert found["accuracy"].value > 0 > found["log_loss"].value


def test_every_task_is_compared_in_its_own_scores(results: ResultSet) -> None:
    found = compared(results, Reference())
    assert {"hamming_loss", "jaccard"} <= set(found["labels.h5.int8"])
    assert "kappa" in found["sign.h5.int8"]
    assert set(found["numbers.h5.int8"]) == {"mae", "rmse", "r2"}
    assert "faces.h5.int8" not in found


def test_agreement_needs_no_labels(results: ResultSet) -> None:
    against = PipelineComparison(results).against(Reference())
    _, reference = outputs(OTHERS[-1], "float32")
    _, mine = outputs(OTHERS[-1], "int8")
    same = against["faces.h5.int8"].agreement
    assert same["decisions"] == float((mine.argmax(axis=1) == reference.argmax(axis=1)).mean())
    assert same["max_difference"] == pytest.approx(float(np.abs(mine - reference).max()))


def test_the_same_scheme_before_pruning_is_a_reference(results: ResultSet) -> None:
    reference = Reference(GROUP, "", "pruning", "before")
    assert reference in references(results)
    found = compared(results, reference)
    assert set(found) == {"net_pruned.h5.float32", "net_pruned.h5.int8"}
    assert found["net_pruned.h5.int8"]["accuracy"].verdict == WORSE


def test_only_what_some_row_can_be_compared_with_is_offered(results: ResultSet) -> None:
    assert [each.text for each in references(results)] == [
        "float32 of the same model", "FIQ int8 of the same model", "pruning: before, same scheme",
        "pruning: after, same scheme",
    ]  # fmt: skip


def test_two_rows_that_fit_alike_are_no_reference(results: ResultSet) -> None:
    twin = replace(results.pipelines[0], key="twin", model="/elsewhere/net.h5")
    doubled = replace(results, pipelines=(*results.pipelines, twin))
    after = results.find("net_pruned.h5.float32")
    assert after is not None
    assert reference_of(doubled, after, Reference(GROUP, "", "pruning", "before")) is None


def test_of_several_seeds_the_same_one_is_the_reference(results: ResultSet) -> None:
    first, mine = results.find("net.h5.float32"), results.find("net.h5.int8")
    assert first is not None
    assert mine is not None
    again = replace(first, key="again", seed=1)
    several = replace(results, pipelines=(*results.pipelines, again))
    assert reference_of(several, replace(mine, seed=1), Reference()) is again
    assert reference_of(several, mine, Reference()) is first


def test_other_labels_or_scoring_are_not_paired(results: ResultSet, tmp_path: Path) -> None:
    first = results.find("net.h5.float32")
    assert first is not None
    other = replace(first, scoring=dict(first.scoring, average="micro"))
    pipelines = tuple(other if each is first else each for each in results.pipelines)
    found = PipelineComparison(replace(results, pipelines=pipelines)).against(Reference())
    assert found["net.h5.int8"].differences == {}
    assert found["net.h5.int8"].agreement["decisions"] is not None


def test_stored_decisions_count_before_those_of_the_outputs(results: ResultSet, tmp_path: Path) -> None:
    mine = results.find("net.h5.int8")
    assert mine is not None
    assert results.folder is not None
    labels, _ = outputs(BEFORE, "int8")
    np.save(results.folder / "decided.npy", labels)
    told = replace(mine, decided="decided.npy", row=dict(mine.row, accuracy=1.0))
    changed = replace(results, pipelines=tuple(told if each is mine else each for each in results.pipelines))
    found = compared(changed, Reference())["net.h5.int8"]["accuracy"]
    assert (found.verdict, found.high) == (BETTER, pytest.approx(found.high))
    assert found.low > 0


def test_no_difference_at_all_is_about_equal(results: ResultSet) -> None:
    first = results.find("net.h5.float32")
    assert first is not None
    same = replace(first, key="same", recipe="float16")
    found = compared(replace(results, pipelines=(first, same)), Reference())["same"]
    assert {each.verdict for each in found.values()} == {EQUAL}


def damage(results: ResultSet, folder: Path, content: bytes) -> ResultSet:
    (folder / "broken.npy").write_bytes(content)
    first, *rest = results.pipelines
    broken = replace(first, outputs=str(folder / "broken.npy"))
    return replace(results, pipelines=(broken, *rest))


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY\x01\x00"])
def test_damaged_outputs_are_a_sentence(results: ResultSet, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DataError, match=r"broken.npy of net.h5 float32 can't be read"):
        compared(damage(results, tmp_path, content), Reference())


def test_comparing_can_be_stopped(results: ResultSet) -> None:
    said: list[str] = []

    def stop(_fraction: float | None, message: str) -> None:
        said.append(message)
        raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        compared(results, Reference(), stop)
    assert said == ["Comparing net.h5 float32"]


def test_another_reference_draws_nothing_anew(results: ResultSet, monkeypatch: pytest.MonkeyPatch) -> None:
    comparison = PipelineComparison(results)
    first: Mapping[str, object] = comparison.against(Reference())
    monkeypatch.setattr("inspector.analysis.pipeline_comparison.replicates", None)
    assert comparison.against(Reference()).keys() == first.keys()
