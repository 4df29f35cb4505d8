"""The task "quantize" on the sample model and on small ones made here: what appears, what is said, what is left."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.analysis.scheme import scheme_of
from inspector.datasets.choice import DataChoice
from inspector.errors import Cancelled, DataError, JobError, UsageError
from inspector.formats import open_model
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.provenance import is_unchanged, read_provenance, sha256_of
from inspector.jobs.quantize import quantize
from inspector.jobs.recipes import BY_ID, CLASSIC_FIVE
from inspector.jobs.scratch import Scratch
from inspector.jobs.variant_run import run_once
from tests.conftest import SAMPLES
from tests.jobs.accuracy import accuracy

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings("ignore")]
DIGITS = DataChoice(str(SAMPLES / "digits.npz"), arrays=(("", "x_calibration"),), samples=40)
SCHEMES = {
    "float32": "float32", "dynamic_range": "dynamic_range", "float16": "float16", "int8_float_io": "int8_float_io",
    "int8": "int8", "uint8": "uint8", "int16x8": "int16x8", "weight_only_int8": "weight_only",
    "dynamic_int4": "dynamic_range",
}  # fmt: skip


def make(source: Path, folder: Path, *recipes: str, progress: Any = None, **options: Any) -> dict[str, Any]:
    """Runs the task as the worker does: in a scratch folder that is gone afterwards."""
    chosen = QuantizeOptions(source=str(source), recipes=recipes, output_folder=str(folder), **options)
    scratch = Scratch(folder, "test")
    try:
        return quantize(chosen, progress or (lambda fraction, message: None), scratch.make())
    finally:
        scratch.remove()


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """All recipes of the sample model."""
    folder = tmp_path_factory.mktemp("variants")
    return folder, make(SAMPLES / "digits_cnn.h5", folder, *BY_ID, data=DIGITS)


def test_all_recipes_are_made_of_the_sample_and_are_what_they_say(everything: tuple[Path, dict[str, Any]]) -> None:
    folder, result = everything
    assert [each["recipe"] for each in result["variants"]] == list(BY_ID) and result["failed"] == []
    for each in result["variants"]:
        path = Path(each["path"])
        assert path == folder / f"digits_cnn.{each['recipe']}.tflite" and path.stat().st_size == each["size_bytes"]
        model = open_model(path)
        if each["recipe"] in SCHEMES:
            assert scheme_of(model).id == SCHEMES[each["recipe"]]
        io = BY_ID[each["recipe"]].io
        assert [tensor.type.name for tensor in (*model.inputs(), *model.outputs())] == [io, io]
        assert model.inputs()[0].shape[0] == 1
    assert sorted(path.suffix for path in folder.iterdir()) == [".json"] * 11 + [".tflite"] * 11


def test_variants_classify_as_well_as_the_model_they_come_from(everything: tuple[Path, dict[str, Any]]) -> None:
    folder, _result = everything
    reference = accuracy(folder / "digits_cnn.float32.tflite")
    assert reference > 0.95
    for recipe in ("dynamic_range", "float16", "int16x8", "weight_only_int8"):
        assert accuracy(folder / f"digits_cnn.{recipe}.tflite") >= reference - 0.03, recipe
    integer = [accuracy(folder / f"digits_cnn.{recipe}.tflite") for recipe in ("int8_float_io", "int8", "uint8")]
    assert max(integer) - min(integer) < 0.01 and min(integer) > 0.8  # the sample loses with int8 activations


def test_a_provenance_file_tells_where_each_variant_comes_from(everything: tuple[Path, dict[str, Any]]) -> None:
    folder, result = everything
    for each in result["variants"]:
        told = read_provenance(each["path"])
        assert told is not None and Path(each["provenance"]).suffix == ".json"
        assert told.recipe == each["recipe"] and told.source == str(SAMPLES / "digits_cnn.h5")
        assert told.source_sha256 == sha256_of(SAMPLES / "digits_cnn.h5") and is_unchanged(each["path"], told)
        assert told.notes == tuple(each["notes"]) and "tensorflow" in told.versions
        assert (told.data is not None) == BY_ID[each["recipe"]].calibrated
        assert told.made_by == ("litert" if each["recipe"] in ("weight_only_int8", "dynamic_int4") else "tensorflow")
    assert read_provenance(folder / "digits_cnn.int8.tflite").data["samples"] == 40  # type: ignore[union-attr, index]


def test_the_float_file_alone_gives_the_variants_of_the_keras_file(
    everything: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, _result = everything
    source = folder / "digits_cnn.float32.tflite"
    result = make(source, tmp_path, *BY_ID, data=DIGITS)
    assert result["failed"] == [] and len(result["variants"]) == 11
    assert Path(result["variants"][0]["path"]).read_bytes() == source.read_bytes()
    for recipe in ("int8_float_io", "int8", "uint8", "int16x8"):
        made = open_model(tmp_path / f"digits_cnn.float32.{recipe}.tflite")
        from_keras = open_model(folder / f"digits_cnn.{recipe}.tflite")
        assert _types_and_scales(made) == _types_and_scales(from_keras), recipe


def _types_and_scales(model: Any) -> list[Any]:
    return [
        (each.name, each.type.name, each.shape, [] if each.quantization is None else each.quantization.scale.tolist())
        for each in model.tensors()
    ]


def test_a_job_that_changed_nothing_says_so(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential([keras.layers.Input((8,)), keras.layers.Dense(16), keras.layers.Dense(2)])
    model.save(tmp_path / "small.keras")
    result = make(tmp_path / "small.keras", tmp_path / "out", "dynamic_range", "sparse")
    notes = {each["recipe"]: each["notes"] for each in result["variants"]}
    assert notes["dynamic_range"] == ["0 of 2 weight tensors quantized: all are smaller than 1,024 elements."]
    assert notes["sparse"] == ["0 of 2 weight tensors stored without zeros: the model is not pruned enough."]


def test_a_pruned_model_is_stored_without_its_zeros(tmp_path: Path) -> None:
    result = make(SAMPLES / "digits_cnn_pruned.h5", tmp_path, "float32", "sparse", "sparse_dynamic_range")
    dense, sparse, both = result["variants"]
    assert sparse["size_bytes"] < dense["size_bytes"] / 2 and both["size_bytes"] < sparse["size_bytes"]
    assert sparse["notes"][0].startswith("2 of 4 weight tensors stored without zeros.")
    assert any("without the XNNPACK delegate" in note for note in both["notes"])
    ours, reference = (next(iter(run_once(Path(each["path"]), None).outputs.values())) for each in (sparse, dense))
    np.testing.assert_allclose(ours, reference, atol=1e-6)


@pytest.mark.parametrize("batch", ["fixed", "dynamic"])
def test_the_batch_size_is_one_or_stays_open(batch: str, tmp_path: Path) -> None:
    result = make(SAMPLES / "digits_cnn.h5", tmp_path, "float32", "int8", data=DIGITS, batch=batch)
    for each in result["variants"]:
        tensor = open_model(each["path"]).inputs()[0]
        assert (tensor.shape_signature or tensor.shape) == ((-1 if batch == "dynamic" else 1), 8, 8, 1)


def test_sixteen_bit_inputs_and_outputs_come_when_asked_for(tmp_path: Path) -> None:
    result = make(SAMPLES / "digits_cnn.h5", tmp_path, "int16x8", data=DIGITS, integer_io=True)
    model = open_model(result["variants"][0]["path"])
    assert [each.type.name for each in (*model.inputs(), *model.outputs())] == ["INT16", "INT16"]


def test_what_exists_is_not_replaced_unless_agreed(tmp_path: Path) -> None:
    kept = tmp_path / "digits_cnn.float32.tflite"
    kept.write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"digits_cnn\.float32\.tflite exists"):
        make(SAMPLES / "digits_cnn.h5", tmp_path, "float32")
    assert kept.read_bytes() == b"mine" and list(tmp_path.iterdir()) == [kept]
    kept.rename(tmp_path / "mine")
    (tmp_path / "digits_cnn.float32.json").write_text('{"name": "something else"}')
    with pytest.raises(UsageError, match=r"digits_cnn\.float32\.json exists"):
        make(SAMPLES / "digits_cnn.h5", tmp_path, "float32")
    make(SAMPLES / "digits_cnn.h5", tmp_path, "float32", overwrite=True)
    kept.unlink()
    make(SAMPLES / "digits_cnn.h5", tmp_path, "float32")  # our own file without its variant is no obstacle
    assert open_model(kept).format == "tflite"


def test_cancelled_at_any_step_it_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    steps: list[str] = []
    make(SAMPLES / "digits_cnn.h5", tmp_path / "all", *CLASSIC_FIVE, data=DIGITS, progress=_recording(steps))
    wanted = [place for place, step in enumerate(steps) if step not in steps[:place]]
    assert len(wanted) > 9
    for stop in [place for place in wanted if "Calibrating" not in steps[place] or place % 20 == 0]:
        with pytest.raises(Cancelled):
            make(SAMPLES / "digits_cnn.h5", folder, *CLASSIC_FIVE, data=DIGITS, progress=_stopping_at(stop))
        assert not folder.exists(), steps[stop]


def _recording(steps: list[str]) -> Callable[[float | None, str], None]:
    return lambda fraction, message: steps.append(message)


def _stopping_at(count: int) -> Callable[[float | None, str], None]:
    calls: Iterator[int] = iter(range(count + 1))

    def progress(fraction: float | None, message: str) -> None:
        if next(calls, None) == count:
            raise Cancelled("Cancelled.")

    return progress


def test_progress_goes_up_to_the_end(tmp_path: Path) -> None:
    told: list[float] = []
    make(SAMPLES / "digits_cnn.h5", tmp_path, "float32", "int8", data=DIGITS,
         progress=lambda fraction, message: told.append(fraction) if fraction is not None else None)  # fmt: skip
    assert told == sorted(told) and told[0] == 0 and 0.8 <= told[-1] <= 1


def test_recipes_that_need_data_say_so_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Full integer, int8 I/O: calibration data are needed"):
        make(SAMPLES / "digits_cnn.h5", tmp_path, "float32", "int8")
    np.save(tmp_path / "wrong.npy", np.zeros((9, 30, 30, 1), np.float32))
    with pytest.raises(DataError, match=r"30, 30.*8, 8"):
        make(SAMPLES / "digits_cnn.h5", tmp_path, "int8", data=DataChoice(str(tmp_path / "wrong.npy")))


def test_random_data_are_marked_in_the_notes(tmp_path: Path) -> None:
    result = make(SAMPLES / "digits_cnn.float32.tflite", tmp_path, "int8", "dynamic_range", data=DataChoice("random"))
    notes = {each["recipe"]: " ".join(each["notes"]) for each in result["variants"]}
    assert "not valid for accuracy" in notes["int8"] and "accuracy" not in notes["dynamic_range"]


def test_one_recipe_that_fails_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential([keras.layers.Input((7,), dtype="int32"), keras.layers.Embedding(50, 32),
                              keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(2)])  # fmt: skip
    model.save(tmp_path / "words.keras")
    np.save(tmp_path / "words.npy", np.random.default_rng(0).integers(0, 50, (20, 7)).astype(np.int32))
    data = DataChoice(str(tmp_path / "words.npy"))
    result = make(tmp_path / "words.keras", tmp_path / "out", "uint8", "int16x8", data=data)
    assert [each["recipe"] for each in result["variants"]] == ["uint8"]
    assert any("is INT32, not UINT8" in note for note in result["variants"][0]["notes"])
    assert [each["recipe"] for each in result["failed"]] == ["int16x8"]
    assert "16-bit activations are not possible" in result["failed"][0]["sentence"]
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_inputs_are_told_apart_by_name(tmp_path: Path) -> None:
    import keras

    first, second = keras.Input((6,), name="zebra"), keras.Input((6,), name="apple")
    output = keras.layers.Concatenate()([keras.layers.Dense(4)(first), keras.layers.Dense(4)(second)])
    keras.Model([first, second], output).save(tmp_path / "two.keras")
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "two.npz", apple=rng.random((30, 6), np.float32) * 100, zebra=rng.random((30, 6), np.float32))
    result = make(tmp_path / "two.keras", tmp_path / "out", "int8", data=DataChoice(str(tmp_path / "two.npz")))
    scales = {
        each.name: float(each.quantization.scale[0]) for each in open_model(result["variants"][0]["path"]).inputs()
    }
    zebra, apple = (next(scale for name, scale in scales.items() if word in name) for word in ("zebra", "apple"))
    assert apple == pytest.approx(100 / 255, rel=0.05) and zebra == pytest.approx(1 / 255, rel=0.05)


def test_what_was_made_is_written_as_json_that_others_read(everything: tuple[Path, dict[str, Any]]) -> None:
    _folder, result = everything
    assert json.loads(json.dumps(result)) == result


def test_a_model_that_is_quantized_already_is_refused(everything: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    folder, _result = everything
    with pytest.raises(JobError, match=r"is quantized already: .* are INT8"):
        make(folder / "digits_cnn.int8.tflite", tmp_path, "float16")


def test_float16_weights_are_widened_first(everything: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    folder, _result = everything
    result = make(folder / "digits_cnn.float16.tflite", tmp_path, "float32", "int8", data=DIGITS)
    wide, integer = result["variants"]
    assert wide["notes"] == ["The source's FLOAT16 weights were widened to FLOAT32 first."]
    assert {each.type.name for each in open_model(wide["path"]).tensors()} == {"FLOAT32", "INT32"}
    narrow = run_once(folder / "digits_cnn.float16.tflite", None).outputs
    for ours, theirs in zip(run_once(Path(wide["path"]), None).outputs.values(), narrow.values(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert accuracy(Path(integer["path"])) == pytest.approx(accuracy(folder / "digits_cnn.int8.tflite"), abs=0.02)
