"""Node data for Model Explorer: each value belongs to the node that its adapter makes of the operator."""

import json
from pathlib import Path

import numpy as np
import pytest

from inspector.analysis.debug_layer import DebugLayer
from inspector.analysis.measurements import Measurements
from inspector.analysis.operator_numbers import operator_numbers
from inspector.errors import ExportError
from inspector.export.model_explorer import (
    graph_id,
    node_data,
    node_keys,
    opening_command,
    write_node_data,
)
from inspector.formats import open_model
from inspector.model.layer_table import LayerRow
from tests.builders import ModelBuilder


def two_layers(tmp_path: Path) -> Path:
    """Two FULLY_CONNECTED that share their weights, of which half are 0."""
    b = ModelBuilder()
    x = b.tensor("x", [1, 2])
    w = b.tensor("w", [2, 2], data=np.array([[1, 0], [0, 2]], np.float32))
    y, z = b.tensor("y", [1, 2]), b.tensor("z", [1, 2])
    b.operator("FULLY_CONNECTED", [x, w, -1], [y], b.options("FullyConnectedOptions"))
    b.operator("FULLY_CONNECTED", [y, w, -1], [z], b.options("FullyConnectedOptions"))
    return b.inputs(x).outputs(z).write(tmp_path / "two.tflite")


def layer(place: int | None, name: str, squared: float, kind: str = "local") -> DebugLayer:
    return DebugLayer(LayerRow("FULLY_CONNECTED", 9, 2, 0.1, 0.0, 0.5, squared, 0.5, 0, name), place, kind)


def test_a_shared_constant_counts_once_and_zeros_count_for_both(tmp_path):
    model = open_model(two_layers(tmp_path))
    first, second = operator_numbers(model, Measurements(model))[0]
    assert (first.bytes, second.bytes) == (16, 0)
    assert first.zero_fraction == second.zero_fraction == 0.5
    assert first.macs == second.macs == 4


def test_values_are_keyed_by_the_output_that_model_explorer_finds(tmp_path):
    data = node_data(open_model(two_layers(tmp_path)))
    assert set(data) == {"bytes", "zero_fraction", "macs"}
    assert data["macs"]["main"]["results"] == {"y": {"value": 4}, "z": {"value": 4}}
    assert data["bytes"]["main"]["results"] == {"y": {"value": 16}}
    stops = [colour["stop"] for colour in data["bytes"]["main"]["gradient"]]
    assert stops == [0, 1]


def test_errors_of_both_kinds_are_files_of_their_own(tmp_path):
    model = open_model(two_layers(tmp_path))
    layers = [
        layer(0, "y", 0.25),
        layer(None, "gone", 1.0),
        layer(1, "z", float("nan")),
        layer(1, "z", 1.0, "cumulative"),
    ]
    data = node_data(model, layers)
    assert data["rmse_over_scale.local"]["main"]["results"] == {"y": {"value": 1.0}}
    assert data["rmse_over_scale.cumulative"]["main"]["results"] == {"z": {"value": 2.0}}
    assert data["max_abs_error.local"]["main"]["results"]["z"] == {"value": 0.5}
    assert "sqnr_db.local" not in data, "the table has no signal"
    assert data["rmse_over_scale.local"]["main"]["thresholds"][0]["value"] == 0.7


def test_names_that_are_numbers_or_double_lead_to_no_other_node(tmp_path):
    """Model Explorer takes a key for an output's name first: "0" may be the name of operator 1's output."""
    b = ModelBuilder()
    x = b.tensor("x", [1])
    a, c, d, e = (b.tensor(name, [1]) for name in ("1", "0", "dup", "dup"))
    for source, target in ((x, a), (a, c), (c, d), (d, e)):
        b.operator("ABS", [source], [target])
    b.inputs(x).outputs(e)
    b.subgraph("")
    y, z = b.tensor("1", [1]), b.tensor("", [1])
    b.operator("ABS", [y], [y])
    b.operator("ABS", [y], [z])
    b.inputs(y).outputs(z)
    model = open_model(b.write(tmp_path / "numbers.tflite"))
    assert node_keys(model.subgraphs[0]) == ["1", "0", "2", "3"]
    assert node_keys(model.subgraphs[1]) == ["1", None], "operator 1 can't be told from the tensor named 1"
    assert [graph_id(each) for each in model.subgraphs] == ["main", "subgraph_1"]


def test_values_are_short_and_the_files_strict_json(tmp_path, sample_tflite):
    data = node_data(open_model(sample_tflite))
    paths = write_node_data(tmp_path, "digits", data)
    assert [path.name for path in paths] == ["digits.bytes.json", "digits.zero_fraction.json", "digits.macs.json"]
    for path in paths:
        told = json.loads(path.read_text(), parse_constant=lambda word: pytest.fail(word))
        values = [each["value"] for each in told["main"]["results"].values()]
        assert values and all(isinstance(value, int) or len(f"{value}") < 9 for value in values)
    with pytest.raises(ExportError, match="exists already"):
        write_node_data(tmp_path, "digits", data)


def test_a_keras_file_is_refused(sample_h5):
    with pytest.raises(ExportError, match=r"digits_cnn\.h5 is a Keras file"):
        node_data(open_model(sample_h5))


def test_the_command_line_survives_a_space():
    assert opening_command(Path("my model.tflite"), [Path("a b.json"), Path("c.json")]) == (
        "model-explorer 'my model.tflite' --node_data_paths='a b.json,c.json'"
    )
