"""Every kind of damage is named, with the rows it is about, and the rest of the file is shown."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.errors import DamagedFileError, InspectorError, NotAModelError, ValuesError
from inspector.formats import open_model
from inspector.model import Finding, Level, Model
from tests.builders import ModelBuilder, quantization, sparsity
from tests.check_model import check_model
from tests.model_examples import EXAMPLES, with_zip

options = ModelBuilder.options


def _dense(b: ModelBuilder) -> None:
    """x, w, y and one FULLY_CONNECTED, all sound."""
    b.tensor("x", [1, 4], "INT8", scale=0.5, zero_point=0)
    b.tensor("w", [2, 4], "INT8", np.ones((2, 4)), [0.5, 0.25], [0, 0])
    b.tensor("y", [1, 2], "INT8", scale=0.5, zero_point=0)
    b.operator("FULLY_CONNECTED", [0, 1, -1], [2], options("FullyConnectedOptions"))
    b.inputs(0).outputs(2)


def _tensor(index: int = 1, **fields: Any) -> Callable[[ModelBuilder], None]:
    def change(b: ModelBuilder) -> None:
        for field, value in fields.items():
            setattr(b.current.tensors[index], field, value)

    return change


def _operator(**fields: Any) -> Callable[[ModelBuilder], None]:
    def change(b: ModelBuilder) -> None:
        for field, value in fields.items():
            setattr(b.current.operators[0], field, value)

    return change


def _scales(scale: Any, zero_point: Any, dimension: int = 0) -> Callable[[ModelBuilder], None]:
    return _tensor(quantization=quantization(scale, zero_point, dimension))


def _ints(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


def _convolution(**fields: Any) -> Callable[[ModelBuilder], None]:
    def change(b: ModelBuilder) -> None:
        made = options("Conv2DOptions", strideW=1, strideH=1, **fields) if fields else None
        b.operator("CONV_2D", [0, 1, -1], [b.tensor("more", [1])], made)

    return change


def _while(condition: int, body: int) -> Callable[[ModelBuilder], None]:
    def change(b: ModelBuilder) -> None:
        b.operator("WHILE", [0], [b.tensor("z", [1])], options("WhileOptions", condSubgraphIndex=condition,
                                                               bodySubgraphIndex=body))  # fmt: skip

    return change


def _second_writer(b: ModelBuilder) -> None:
    b.operator("RELU", [0], [2])


def _reads_later(b: ModelBuilder) -> None:
    later = b.tensor("later", [1])
    b.operator("RELU", [later], [b.tensor("z", [1])])
    b.operator("RELU", [0], [later])


def _ends(b: ModelBuilder) -> None:
    b.inputs(7).outputs(2)


def _signature(b: ModelBuilder) -> None:
    b.signature("main", {"x": 70}, {"y": 2})


def _signature_subgraph(b: ModelBuilder) -> None:
    b.signature("main", {"x": 0}, {"y": 2}, 5)


def _metadata(b: ModelBuilder) -> None:
    b.metadata("about", b"text")
    b.model.metadata[0].buffer = 99


def _behind(b: ModelBuilder) -> None:
    b.model.buffers[1].data, b.model.buffers[1].offset, b.model.buffers[1].size = None, 1 << 40, 8


def _version(b: ModelBuilder) -> None:
    b.model.version = 7


def _sparse(order: list[int], block_map: list[int] | None, dimensions: list[Any]) -> Callable[[ModelBuilder], None]:
    return _tensor(sparsity=sparsity(order, block_map, dimensions), quantization=None)


def _csr(segments: list[int], indices: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(segments, "<i4"), np.array(indices, "<i4")


CASES: list[tuple[str, Callable[[ModelBuilder], None], str]] = [
    ("tensor_shape", _tensor(shape=_ints(-2, 4)), "Shape with a negative size: T#1 w."),
    ("tensor_shape", _tensor(0, shape=_ints(*[65536] * 4)), "more elements than can be counted: T#0 x."),
    ("tensor_size", _tensor(0, shape=_ints(1, 2_000_000, 60, 1000)), "Takes more than 64 GB when it runs: T#0 x."),
    ("tensor_field", _tensor(0, shape=_ints(*[1] * 40)), "Field shape can't be read: T#0 x."),
    ("tensor_type", _tensor(0, type=27), "Type that this program does not know: T#0 x."),
    ("tensor_name", _tensor(0, name=b"a\xff\xfe"), "Name with bytes that are no text: T#0 a"),
    ("tensor_name", _tensor(0, name="a\0b"), "Name with bytes that are no text: T#0 a"),
    ("buffer_index", _tensor(buffer=9), "Names a buffer that does not exist: T#1 w."),
    ("buffer_index", _tensor(externalBuffer=9), "Names a buffer that does not exist: T#1 w."),
    ("buffer_size", _tensor(shape=_ints(2, 400)), "Less data than the shape needs: T#1 w."),
    ("buffer_size", _tensor(shape=_ints(2, 1)), "More data than the shape needs: T#1 w."),
    ("buffer_outside", _behind, "Data outside the file: T#1 w."),
    ("variable_data", _tensor(isVariable=True), "A variable with data: T#1 w."),
    ("quantization_scale", _scales([0.0, 1.0], [0, 0]), "Scale that is 0, negative or not a number: T#1 w."),
    ("quantization_scale", _scales([np.nan, 1.0], [0, 0]), "T#1 w."),
    ("quantization_scale", _scales(-0.5, 0), "T#1 w."),
    ("quantization_scale", _scales(np.inf, 0), "T#1 w."),
    ("quantization_scale_odd", _scales([1e-38, 1.0], [0, 0]), "Scale too small or too large to be meant: T#1 w."),
    ("quantization_count", _scales([0.5, 0.5, 0.5], [0, 0, 0]), "scales as quantized_dimension has indices: T#1 w."),
    ("quantization_count", _scales([0.5, 0.5], [0]), "Not as many zero points as scales: T#1 w."),
    ("quantization_count", _scales(0.5, None), "Not as many zero points as scales: T#1 w."),
    ("quantization_dimension", _scales([0.5, 0.5], [0, 0], 77), "quantized_dimension outside the shape: T#1 w."),
    ("quantization_dimension", _scales([0.5, 0.5], [0, 0], -1), "quantized_dimension outside the shape: T#1 w."),
    ("zero_point", _scales([0.5, 0.5], [0, 128]), "Zero point outside its type's range: T#1 w."),
    ("sparsity", _sparse([0, 0], None, [2, 4]), "Its sparsity contradicts itself or its shape: T#1 w."),
    ("sparsity", _sparse([0, 1], None, [2, _csr([0, 9], [1])]), "T#1 w."),
    ("sparsity", _sparse([0, 1, 2], [5], [2, 2, 2]), "T#1 w."),
    ("sparsity", _sparse([0, 1], None, [2]), "T#1 w."),
    ("operator_code", _operator(opcodeIndex=40), "operator that the model does not list: operator 0 unknown."),
    ("tensor_index", _operator(inputs=_ints(9999, 1, -1)), "an input tensor that does not exist: operator 0"),
    ("tensor_index", _operator(inputs=_ints(0, 1, -2)), "an input tensor that does not exist: operator 0"),
    ("tensor_index", _operator(outputs=_ints(-1)), "an output tensor that does not exist: operator 0"),
    ("tensor_index", _operator(intermediates=_ints(3)), "an intermediate tensor that does not exist: operator 0"),
    ("operator_cycle", _operator(inputs=_ints(2, 1, -1)), "Reads its own output: operator 0 FULLY_CONNECTED."),
    ("operator_cycle", _reads_later, "Reads what only a later operator writes: operator 1 RELU."),
    ("tensor_writers", _second_writer, "Written by more than one operator: T#2 y."),
    ("constant_written", _operator(outputs=_ints(1)), "Writes to a constant tensor: operator 0 FULLY_CONNECTED."),
    ("custom_options", _operator(largeCustomOptionsOffset=100, largeCustomOptionsSize=1 << 40), "operator 0 FULLY"),
    ("buffer_zero", lambda b: setattr(b.model.buffers[0], "data", np.ones(8, np.uint8)), "T#0 x, T#2 y."),
    ("operator_options", _convolution(), "Its Conv2DOptions are missing: operator 1 CONV_2D."),
    ("operator_options", _convolution(dilationWFactor=0), "dilation_w_factor below 1: operator 1 CONV_2D."),
    ("operator_options", _operator(builtinOptionsType=1, builtinOptions=options("Conv2DOptions", strideW=1, strideH=1)),
     "Options that belong to another operator: operator 0 FULLY_CONNECTED."),
    ("operator_unknown", lambda b: setattr(b.model.operatorCodes[0], "builtinCode", 300), "operator 0 builtin 300."),
    ("subgraph_index", _while(8, 0), "cond_subgraph_index names a subgraph that does not exist: operator 1 WHILE."),
    ("subgraph_cycle", _while(0, 0), "Subgraphs that call themselves: 0."),
    ("subgraph_end", _ends, "Listed as input of the subgraph but not among its tensors: T#7."),
    ("signature", _signature, "Signature main: x names tensor 70 of 3."),
    ("signature", _signature_subgraph, "Signature main names subgraph 5, which does not exist."),
    ("metadata_buffer", _metadata, "Metadata about names buffer 99 of 3."),
    ("schema_version", _version, "Schema version 7."),
]  # fmt: skip


@pytest.mark.parametrize(("code", "damage", "said"), CASES, ids=[f"{i} {case[0]}" for i, case in enumerate(CASES)])
def test_what_is_wrong_is_named_and_the_rest_is_shown(
    code: str, damage: Callable[[ModelBuilder], None], said: str, tmp_path: Path
) -> None:
    b = ModelBuilder()
    _dense(b)
    damage(b)
    model = open_model(b.write(tmp_path / "damaged.tflite"))
    found = [finding for finding in model.findings if finding.code == code]
    assert found, model.findings
    assert any(said in finding.title for finding in found), [finding.title for finding in found]
    assert [tensor.name for tensor in model.subgraphs[0].tensors][2] == "y"
    check_model(model)


def test_the_sound_model_of_these_tests_has_no_findings(tmp_path: Path) -> None:
    b = ModelBuilder()
    _dense(b)
    assert open_model(b.write(tmp_path / "sound.tflite")).findings == ()


def test_findings_name_rows_count_them_and_come_worst_first(tmp_path: Path) -> None:
    b = ModelBuilder()
    _dense(b)
    for number in range(5):
        b.tensor(f"bad {number}", [-1])
        b.tensor(f"odd {number}", [1], 99)
    findings = open_model(b.write(tmp_path / "damaged.tflite")).findings
    assert [finding.level for finding in findings] == [Level.DAMAGE, Level.WARNING]
    assert findings[0].title == "Shape with a negative size: T#3 bad 0, T#5 bad 1, T#7 bad 2 and 2 more."
    assert findings[0].tensors == tuple((0, 3 + 2 * number) for number in range(5))


def test_a_tensor_with_wrong_data_says_why_it_has_no_values(tmp_path: Path) -> None:
    b = ModelBuilder()
    _dense(b)
    _tensor(shape=_ints(2, 400))(b)
    model = open_model(b.write(tmp_path / "damaged.tflite"))
    with pytest.raises(ValuesError, match=r"T#1 w needs 800 bytes for shape \[2, 400\], but its buffer holds 8\."):
        model.values(model.subgraphs[0].tensors[1])
    assert model.storage.raw(model.subgraphs[0].tensors[1]) == bytes([1] * 8)


@pytest.mark.parametrize("size", [8, 20, 60, 100])
def test_a_file_that_is_cut_before_its_tables_is_refused(size: int, tmp_path: Path) -> None:
    path = tmp_path / "cut.tflite"
    path.write_bytes(EXAMPLES["float_dense"]()[:size])
    with pytest.raises(DamagedFileError, match=r"cut\.tflite .*cut short or damaged"):
        open_model(path)


def test_a_model_without_subgraphs_is_refused(tmp_path: Path) -> None:
    b = ModelBuilder()
    b.model.subgraphs = []
    with pytest.raises(DamagedFileError, match="no list of subgraphs can be read"):
        open_model(b.write(tmp_path / "none.tflite"))


def test_every_list_pointing_at_one_long_vector_does_not_fill_the_memory(tmp_path: Path) -> None:
    """A thousand tensors share one name of 2 MB: sound for a flatbuffer, 2 GB when each is read."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    builder = flatbuffers.Builder(1 << 22)
    name = builder.CreateString("n" * (2 << 20))
    tensors = []
    for _ in range(1000):
        schema.TensorStart(builder)
        schema.TensorAddName(builder, name)
        tensors.append(schema.TensorEnd(builder))
    schema.SubGraphStartTensorsVector(builder, len(tensors))
    for tensor in tensors:
        builder.PrependUOffsetTRelative(tensor)
    listed = builder.EndVector()
    schema.SubGraphStart(builder)
    schema.SubGraphAddTensors(builder, listed)
    subgraph = schema.SubGraphEnd(builder)
    schema.ModelStartSubgraphsVector(builder, 1)
    builder.PrependUOffsetTRelative(subgraph)
    subgraphs = builder.EndVector()
    schema.ModelStart(builder)
    schema.ModelAddVersion(builder, 3)
    schema.ModelAddSubgraphs(builder, subgraphs)
    builder.Finish(schema.ModelEnd(builder), file_identifier=b"TFL3")
    path = tmp_path / "shared.tflite"
    path.write_bytes(bytes(builder.Output()))
    model = open_model(path)
    names = [tensor.name for tensor in model.tensors()]
    assert len(names) == 1000
    assert sum(map(len, names)) <= 17 * path.stat().st_size
    assert "Field name can't be read" in model.findings[0].title


def _zip_findings(data: bytes, tmp_path: Path) -> tuple[Model, list[Finding]]:
    path = tmp_path / "model.tflite"
    path.write_bytes(data)
    model = open_model(path)
    return model, [finding for finding in model.findings if finding.code == "appended_zip"]


def test_files_behind_the_model_are_listed_with_the_head_of_texts(tmp_path: Path) -> None:
    data = with_zip(EXAMPLES["float_dense"](), {"labels.txt": b"cat\ndog\n", "long.txt": b"x" * 200_000,
                                                 "data.bin": bytes(range(256)), "../../out.txt": b"no"})  # fmt: skip
    model, findings = _zip_findings(data, tmp_path)
    files = {file.name: file for file in model.associated_files}
    assert not findings
    assert (files["labels.txt"].text, files["labels.txt"].size_bytes) == ("cat\ndog\n", 8)
    assert (len(files["long.txt"].text), files["long.txt"].size_bytes) == (65536, 200_000)
    assert files["data.bin"].text == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.tflite"]  # nothing is unpacked to disk


def test_a_zip_bomb_behind_the_model_is_not_unpacked(tmp_path: Path) -> None:
    data = with_zip(EXAMPLES["float_dense"](), {f"{i}.txt": b" " * (1 << 22) for i in range(8)})
    model, _ = _zip_findings(data, tmp_path)
    assert sum(len(file.text) for file in model.associated_files) <= 8 << 16


def test_a_damaged_zip_behind_the_model_is_reported(tmp_path: Path) -> None:
    sound = with_zip(EXAMPLES["float_dense"](), {"labels.txt": b"cat\ndog\n" * 50})
    at = sound.index(b"labels.txt") + 14
    for damaged in (sound[:at] + b"\xff" * 8 + sound[at + 8 :], sound.replace(b"PK\x01\x02", b"PK\x01\x09")):
        model, findings = _zip_findings(damaged, tmp_path)
        assert len(findings) == 1 and "behind the model can't be" in findings[0].title
        assert len(model.subgraphs[0].tensors) == 6


def test_too_many_files_behind_the_model(tmp_path: Path) -> None:
    data = with_zip(EXAMPLES["float_dense"](), {f"{i}.txt": b"" for i in range(1200)})
    model, findings = _zip_findings(data, tmp_path)
    assert len(model.associated_files) == 1000
    assert findings[0].title == "1,200 files are packed behind the model; 1,000 are listed."


def test_everything_in_the_folder_of_damaged_models(shared_models: Path) -> None:
    """Each of them ends in a sentence or in a finding."""
    paths = sorted((shared_models / "malformed").iterdir())
    assert len(paths) > 30
    for path in paths:
        try:
            model = open_model(path)
        except (DamagedFileError, NotAModelError) as error:
            assert path.name in str(error) and str(error).endswith(".")
            continue
        assert any(finding.level >= Level.WARNING for finding in model.findings), path.name
        check_model(model)


def test_the_real_models_have_no_damage(shared_models: Path) -> None:
    for path in shared_models.glob("*.tflite"):
        try:
            model = open_model(path)
        except InspectorError as error:
            raise AssertionError(path.name) from error
        assert not [finding for finding in model.findings if finding.level >= Level.WARNING], path.name
        check_model(model)


def test_a_nameless_file_behind_the_model(tmp_path: Path) -> None:
    model, _ = _zip_findings(with_zip(EXAMPLES["float_dense"](), {"": b"text", "folder/": b""}), tmp_path)
    assert [(file.name, file.text) for file in model.associated_files] == [("", "text"), ("folder/", "")]
