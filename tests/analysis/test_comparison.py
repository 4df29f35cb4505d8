"""A comparison as a whole: variants with their labels and sizes, rows, the headline, what has no partner."""

import gzip
import time
from pathlib import Path

import numpy as np
import pytest

from inspector.analysis.comparison import GROUPS, Comparison, compare_models, measure
from inspector.analysis.progress import Progress
from inspector.errors import Cancelled, FileChangedError, UsageError
from inspector.formats import open_model
from inspector.model import Model
from tests import twins
from tests.twins import write_twin


def models(folder: Path, *kinds: str) -> list[Model]:
    return [open_model(write_twin(folder, kind)) for kind in kinds]


@pytest.fixture
def classic(tmp_path: Path) -> Comparison:
    return compare_models(models(tmp_path, "float32", "dynamic_range", "int8"))


def test_variants_say_what_they_are_and_what_they_save(classic: Comparison) -> None:
    original, drq, fiq = classic.variants
    assert [variant.label for variant in classic.variants] == ["ORG", "DRQ", "FIQ"]
    assert [variant.recipe for variant in classic.variants] == ["float32", "dynamic_range", "int8"]
    for variant in classic.variants:
        assert variant.size_bytes == variant.model.path.stat().st_size
        assert variant.ratio == variant.size_bytes / original.size_bytes
        assert variant.saved_bytes == original.size_bytes - variant.size_bytes
        assert variant.source_ratio is None and variant.gzip_bytes is None
    assert drq.operators == fiq.operators == 5
    assert fiq.inputs[0].type.name == "INT8" and fiq.outputs[0].scale == pytest.approx(0.05)


def test_tensors_and_bytes_by_type_are_those_of_the_file(classic: Comparison) -> None:
    weights = {name: int(np.prod(shape)) for name, shape in twins.WEIGHTS.items()}
    biases = 4 * sum(twins.BIASES.values())
    _, drq, fiq = (variant.tensors_by_type for variant in classic.variants)
    assert fiq["INT8"] == (3 + 6, sum(weights.values()), 3)
    assert fiq["INT32"] == (4, biases + 8, 4)
    assert drq["INT8"] == (1, weights[twins.WIDE], 1)
    small = 4 * (weights[twins.CONV] + weights[twins.LAST])
    assert drq["FLOAT32"] == (5 + 6, small + biases, 5)


def test_which_tensors_drq_quantized_and_which_fiq_is_in_the_headline(classic: Comparison) -> None:
    assert classic.headline == (
        "DRQ: 1 of 3 weight tensors is INT8.   FIQ: all 3 weights and all activations are INT8, biases INT32."
    )
    assert classic.paired == "13 of 13 tensors paired by name"


def test_each_types_tensors_stand_side_by_side(classic: Comparison) -> None:
    assert classic.types == ("INT8", "INT32", "FLOAT32")
    names = [[tensor.name for tensor in tensors if tensor.has_data] for tensors in classic.of_type("INT8")]
    assert names == [[], [twins.WIDE], [twins.CONV, twins.WIDE, twins.LAST]]
    assert [len(tensors) for tensors in classic.of_type("INT8")] == [0, 1, 9]


def test_rows_stand_by_role_and_by_operator(classic: Comparison) -> None:
    groups = [row.group for row in classic.rows]
    assert groups == sorted(groups, key=GROUPS.index)
    assert [(row.name, row.operator) for row in classic.group("Weights")] == [
        (twins.CONV, (0, "CONV_2D")),
        (twins.WIDE, (2, "FULLY_CONNECTED")),
        (twins.LAST, (3, "FULLY_CONNECTED")),
    ]
    assert [row.name for row in classic.group("Biases")] == list(twins.BIASES)
    activations = classic.group("Activations, input and output")
    assert activations[0].name == twins.INPUT and activations[-1].name == twins.OUTPUT
    wide = classic.group("Weights")[1]
    assert [wide.changed(0, place) for place in range(3)] == [False, True, True]
    assert not classic.measured and wide.errors == (None, None, None)


def test_errors_are_those_of_plain_numpy(classic: Comparison) -> None:
    real = twins.real_values()
    rows = {row.name: row for row in classic.measure().rows}
    for name in twins.WEIGHTS:
        scales = twins.channel_scales(real[name])
        stored = twins.dequantized(twins.quantized(real[name], scales, 127), scales)
        error = real[name].astype(np.float64) - stored
        found = rows[name].errors[2]
        assert found is not None
        assert found.rmse == pytest.approx(np.sqrt(np.mean(error**2)))
        assert found.max_abs_error == pytest.approx(np.abs(error).max())
        assert found.sqnr_db == pytest.approx(10 * np.log10((real[name].astype(float) ** 2).sum() / (error**2).sum()))
        assert (found.low, found.high) == (real[name].min(), real[name].max())
    small, wide = rows[twins.CONV].errors[1], rows[twins.WIDE].errors[1]
    assert small is not None and small.exact and wide == rows[twins.WIDE].errors[2]


@pytest.mark.parametrize(("kind", "most"), [("float16", None), ("dynamic_int4", 7)])
def test_float16_and_int4_weights_too(kind: str, most: int | None, tmp_path: Path) -> None:
    real = twins.real_values()[twins.LAST]
    rows = {row.name: row for row in compare_models(models(tmp_path, "float32", kind)).measure().rows}
    stored = real.astype(np.float16).astype(np.float32)
    if most is not None:
        scales = twins.channel_scales(real, most)
        stored = twins.dequantized(twins.quantized(real, scales, most), scales)
    found = rows[twins.LAST].errors[1]
    assert found is not None
    assert found.rmse == pytest.approx(np.sqrt(np.mean((real.astype(np.float64) - stored) ** 2)))


def test_biases_of_32_and_64_bits_are_near_the_float_ones(tmp_path: Path) -> None:
    rows = compare_models(models(tmp_path, "float32", "int8", "int16x8")).measure().group("Biases")
    for row in rows:
        assert all(error is not None and error.sqnr_db > 30 for error in row.errors[1:]), row.name


def test_gzip_is_what_gzip_makes(classic: Comparison) -> None:
    for variant in measure(classic).variants:
        packed = len(gzip.compress(variant.model.path.read_bytes(), 6, mtime=0))
        assert variant.gzip_bytes == packed


HEADLINES = {
    "float16": "float16: all 3 weights and all 3 biases are FLOAT16.",
    "int8_float_io": "FIQ: all 3 weights and all activations inside are INT8, biases INT32, "
    "input and output stay FLOAT32.",
    "uint8": "FIQ: all 3 weights and all activations inside are INT8, biases INT32, input and output UINT8.",
    "int16x8": "int16x8: all 3 weights are INT8, all activations inside INT16, biases INT64, "
    "input and output stay FLOAT32.",
    "dynamic_int4": "DRQ int4: all 3 weight tensors are INT4.",
}  # fmt: skip


@pytest.mark.parametrize("kind", HEADLINES)
def test_the_headline_names_what_became_what(kind: str, tmp_path: Path) -> None:
    assert compare_models(models(tmp_path, "float32", kind)).headline == HEADLINES[kind]


def test_a_recipe_that_changed_nothing_says_why(tmp_path: Path) -> None:
    original = open_model(write_twin(tmp_path, "float32"))
    nothing = tmp_path / "net.dynamic_range.tflite"
    nothing.write_bytes(original.path.read_bytes())
    found = compare_models([original, open_model(nothing)])
    assert found.variants[1].label == "DRQ" and found.variants[1].recipe == "dynamic_range"
    assert found.headline == "DRQ: 0 of 3 weight tensors are quantized."
    assert compare_models([original, original], recipes=["", "dynamic_range"]).variants[1].label == "DRQ"


def test_a_wrong_name_or_recipe_does_not_hide_what_a_file_is(tmp_path: Path) -> None:
    original, whole = models(tmp_path, "float32", "int8")
    misnamed = tmp_path / "net.float16.tflite"
    misnamed.write_bytes(whole.path.read_bytes())
    found = compare_models([original, open_model(misnamed)], recipes=["float32", "float32"])
    assert found.variants[1].recipe == "int8" and found.variants[1].label == "FIQ"
    assert compare_models([original, whole], recipes=["", "uint8"]).variants[1].recipe == "int8"


def test_two_models_of_a_kind_are_told_apart_by_their_values(tmp_path: Path) -> None:
    first = open_model(write_twin(tmp_path, "int8"))
    other = open_model(write_twin(tmp_path, "int8", seed=6, stem="other"))
    found = compare_models([first, other])
    assert [variant.label for variant in found.variants] == ["FIQ int8 1", "FIQ int8 2"]
    assert found.headline == "FIQ int8 2: no type differs."
    assert found.measure().headline == (
        "FIQ int8 2: no type differs, but 6 of 7 stored tensors have other values (SQNR -5 dB or more)."
    )
    same = compare_models([first, first]).measure()
    assert same.headline == "FIQ int8 2: no type differs, and all 7 stored tensors are equal."


def test_full_integer_variants_get_longer_labels_where_there_are_several(tmp_path: Path) -> None:
    found = compare_models(models(tmp_path, "float32", "int8_float_io", "int8", "uint8", "int16x8", "float16"))
    labels = [variant.label for variant in found.variants]
    assert labels == ["ORG", "FIQ float", "FIQ int8", "FIQ uint8", "int16x8", "float16"]


def test_conversions_are_listed_with_the_reason_and_share_a_row(tmp_path: Path) -> None:
    found = compare_models(models(tmp_path, "float32", "int8_float_io", "uint8", "float16"))
    rows = {row.name: row for row in found.group("Unmatched")}
    assert rows["tfl.quantize"].note == "the input as INT8, made by QUANTIZE"
    assert [tensor is not None for tensor in rows["tfl.quantize"].tensors] == [False, True, True, False]
    assert rows[f"{twins.OUTPUT}1"].note == "the output before DEQUANTIZE"
    assert rows[f"{twins.WIDE}1"].note == "FLOAT16 weights as FLOAT32 for the calculation"
    assert rows[f"{twins.WIDE}1"].home == 3 and not any(rows[f"{twins.WIDE}1"].pairings)
    assert len(rows) == 2 + 6


def test_any_variant_can_be_the_reference(tmp_path: Path) -> None:
    found = compare_models(models(tmp_path, "float32", "int8"), reference=1).measure()
    assert [variant.label for variant in found.variants] == ["float32", "FIQ"]
    assert found.variants[1].ratio < 1 and found.variants[0].ratio == 1  # still to float32
    wide = found.group("Weights")[1]
    assert wide.errors[1] is None and wide.errors[0] is not None and wide.errors[0].rmse > 0
    assert found.headline == "float32: all 3 weights and all activations are FLOAT32, biases FLOAT32."


def test_a_keras_file_is_the_source(sample_h5: Path, sample_tflite: Path) -> None:
    tflite, keras = open_model(sample_tflite), open_model(sample_h5)
    found = compare_models([tflite, keras])
    assert [variant.label for variant in found.variants] == ["ORG", "Keras"]
    assert found.variants[0].source_ratio == tflite.size_bytes / keras.size_bytes
    assert found.variants[1].source_ratio == 1
    assert found.measure().headline == "Keras: no type differs, and all 8 stored tensors are equal."
    assert found.paired.startswith("10 of 17 tensors paired: 2 by position and shape, 8 by")
    assert compare_models([tflite, tflite], source_bytes=100).variants[0].source_ratio == tflite.size_bytes / 100


def test_tensors_that_a_keras_file_has_not_stand_in_one_row_of_all_variants(tmp_path: Path, sample_h5: Path) -> None:
    variants = models(tmp_path, "float32", "float16", "int8")
    found = compare_models([open_model(sample_h5), *variants])
    rows = {row.name: row for row in found.group("Unmatched") if row.tensors[1] is not None}
    first = rows[f"{twins.CONV_BIAS}1"]
    assert [tensor and tensor.name for tensor in first.tensors] == [
        None, f"{twins.CONV_BIAS}1", f"{twins.CONV_BIAS}2", f"{twins.CONV_BIAS}1",
    ]  # fmt: skip
    assert first.note == "a Keras file lists no activations"
    assert all(None not in row.tensors[1:] for row in rows.values())


def test_another_model_is_not_taken_for_an_unchanged_one(tmp_path: Path, sample_tflite: Path, sample_h5: Path) -> None:
    (twin,) = models(tmp_path, "float32")
    found = compare_models([twin, open_model(sample_tflite), open_model(sample_h5)])
    assert found.headline == "float32: none of its weights is found in the reference."
    assert compare_models([twin, open_model(sample_h5)]).headline == "Keras: no tensor of it is found in the reference."


def test_fewer_than_two_models_are_refused(tmp_path: Path) -> None:
    (model,) = models(tmp_path, "float32")
    with pytest.raises(UsageError, match="at least two"):
        compare_models([model])
    with pytest.raises(UsageError, match="no model 2"):
        compare_models([model, model], reference=2)


def test_measuring_says_what_it_does_and_can_be_stopped(classic: Comparison) -> None:
    said: list[tuple[float, str]] = []
    classic.measure(lambda fraction, message: said.append((fraction or 0.0, message)))
    assert said[0] == (0, "Measuring errors")
    assert all(0 <= fraction <= 1 for fraction, _ in said)

    def stop(_fraction: float | None, _message: str) -> None:
        raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        classic.measure(stop)


def test_stopping_while_files_are_compressed_ends_both_threads(
    classic: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []

    def endless(model: Model, progress: Progress) -> int:
        try:
            while True:
                progress(0.5, "Compressing the file")
                time.sleep(0.001)
        finally:
            ended.append(model.path.name)

    def stop(_fraction: float | None, message: str) -> None:
        if message == "Compressing the files":
            raise Cancelled("Cancelled.")

    monkeypatch.setattr("inspector.analysis.comparison_measure.compressed_file_bytes", endless)
    with pytest.raises(Cancelled):
        classic.measure(stop)
    assert len(ended) == 3


def test_two_dynamic_range_files_are_not_taken_for_ones_that_changed_nothing(tmp_path: Path) -> None:
    first = open_model(write_twin(tmp_path, "dynamic_range"))
    second = open_model(write_twin(tmp_path, "dynamic_range", stem="again"))
    found = compare_models([first, second]).measure()
    assert found.headline == "DRQ 2: no type differs, and all 7 stored tensors are equal."


def test_a_keras_file_beside_other_variants_does_not_count_as_unpaired(sample_h5: Path, sample_tflite: Path) -> None:
    found = compare_models([open_model(path) for path in (sample_tflite, sample_tflite, sample_h5)])
    assert found.paired == "17 of 17 tensors paired by name"
    assert found.headline == "float32: no type differs."


def test_a_file_that_changed_meanwhile_is_a_sentence(tmp_path: Path) -> None:
    found = compare_models(models(tmp_path, "float32", "int8"))
    path = found.variants[1].model.path
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(FileChangedError):
        found.measure()
