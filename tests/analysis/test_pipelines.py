"""Results of pipelines: there and back as JSON, damaged ones refused, evaluations as results, names told apart."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.analysis.pipeline_comparison import PipelineComparison, references
from inspector.analysis.pipelines import PipelineResult, ResultSet, from_dict, from_evaluation, model_names, to_dict
from inspector.errors import DataError

RESULT = PipelineResult(
    key="4fa0", model="/m/net.h5", name="net.h5", recipe="int8", groups={"pruning": "after"}, seed=3,
    row={"accuracy": 0.75, "size_bytes": 120, "intervals": {"accuracy": [0.7, 0.8]}, "latency_ms": {"median": 0.5}},
    source_bytes=400, outputs="files/4fa0/outputs.npy", notes=("one", "two"), versions={"tensorflow": "2.21.0"},
)  # fmt: skip


def test_a_result_comes_back_from_json_as_it_was() -> None:
    assert from_dict(json.loads(json.dumps(to_dict(RESULT)))) == RESULT


def test_fields_of_a_later_version_are_left_out() -> None:
    assert from_dict(to_dict(RESULT) | {"invented": 1}) == RESULT


@pytest.mark.parametrize(
    "change",
    [{"key": None}, {"recipe": 3}, {"row": []}, {"groups": "after"}, {"state": "half"}, {"outputs": 5}, {"notes": 1}],
)
def test_a_damaged_result_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(DataError):
        from_dict(to_dict(RESULT) | change)


def test_what_a_result_says() -> None:
    assert RESULT.scheme == "FIQ int8"
    assert RESULT.score("accuracy") == 0.75
    assert RESULT.score("f1") is None
    assert RESULT.interval("accuracy") == (0.7, 0.8)
    assert RESULT.interval("f1") is None
    assert (RESULT.size_bytes, RESULT.latency_ms) == (120, 0.5)


def test_a_failed_result_has_no_numbers() -> None:
    failed = PipelineResult(key="1", model="a", name="a", recipe="int8", state="failed", sentence="It crashed.")
    assert (failed.done, failed.size_bytes, failed.latency_ms, failed.score("accuracy")) == (False, None, None, None)
    results = ResultSet("x", (RESULT, failed))
    assert results.done == (RESULT,)
    assert results.failed == (failed,)


def test_labels_and_paths_of_a_set(tmp_path: Path) -> None:
    other = replace(RESULT, key="5", groups={"width": "lean", "pruning": "before"})
    results = ResultSet("x", (RESULT, other), folder=tmp_path)
    assert results.labels == ("pruning", "width")
    assert results.values("pruning") == ("after", "before")
    assert results.path(RESULT.outputs) == tmp_path / "files/4fa0/outputs.npy"
    assert results.find("5") is other
    assert results.find("6") is None


def test_models_of_one_name_are_told_apart_by_their_folders() -> None:
    def of(path: str) -> PipelineResult:
        return replace(RESULT, model=path, name=Path(path).name)

    names = model_names([of("/a/x/net.h5"), of("/b/x/net.h5"), of("/c/other.h5")])
    assert names == {"/a/x/net.h5": "a/x/net.h5", "/b/x/net.h5": "b/x/net.h5", "/c/other.h5": "other.h5"}


# evaluations


def row(path: str, verdict: str = "", **more: Any) -> dict[str, Any]:
    differences = {"accuracy": {"value": -0.1, "low": -0.2, "high": -0.05, "verdict": verdict}} if verdict else None
    return {
        "model": path, "task": "multiclass", "accuracy": 0.5, "size_bytes": 10, "differences": differences,
        "agreement": {"reference": "/m/net.h5", "decisions": 0.9} if verdict else None, "notes": ["seen"],
        "run": {"seconds": 0.5}, **more,
    }  # fmt: skip


def evaluation(**more: Any) -> dict[str, Any]:
    return {"data": "/d/eval.npz", "reference": None, "reference_row": None, "models": [], **more}


def test_an_evaluation_becomes_a_row_a_model_with_the_verdicts_of_the_run() -> None:
    told = evaluation(
        reference="/m/net.h5", reference_row=row("/m/net.h5"), models=[row("/m/net.int8.tflite", "worse")]
    )
    results = from_evaluation(told)
    source, variant = results.pipelines
    assert results.name == "Evaluation on eval.npz"
    assert (source.scheme, source.model) == ("Keras", "/m/net.h5")
    assert (variant.scheme, variant.model, variant.name) == ("FIQ int8", "/m/net.h5", "net.h5")
    assert variant.notes == ("seen",)
    assert results.path(variant.variant) == Path("/m/net.int8.tflite")
    (reference,) = references(results)
    against = PipelineComparison(results).against(reference)[variant.key]
    assert against.differences["accuracy"].verdict == "worse"
    assert against.agreement["decisions"] == 0.9
    assert reference.text == "net.h5"


def test_without_a_source_among_them_variants_of_one_stem_belong_together() -> None:
    told = evaluation(models=[row("/m/net.int8.tflite"), row("/m/net.float32.tflite"), row("/m/plain.tflite")])
    results = from_evaluation(told)
    assert [each.model for each in results.pipelines] == ["/m/net", "/m/net", "/m/plain.tflite"]
    assert [each.scheme for each in results.pipelines] == ["FIQ int8", "float32", "as it is"]
    assert references(results) == (), "no outputs are stored: nothing can be compared afterwards"


def test_what_is_known_of_a_variants_source_is_believed() -> None:
    told = evaluation(models=[row("/m/a.tflite")])
    (result,) = from_evaluation(told, {"/m/a.tflite": ("/m/net.h5", "uint8")}).pipelines
    assert (result.model, result.scheme) == ("/m/net.h5", "FIQ uint8")
