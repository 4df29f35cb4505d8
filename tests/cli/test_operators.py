"""`operators`: index, op_name, tensors and options."""

from tests.builders import ModelBuilder

KEYS = ["subgraph", "index", "op_name", "inputs", "outputs", "options"]


def test_people_see_every_operator(cli, tiny):
    ran = cli("operators", tiny)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "Subgraph 0 main"
    [layer] = [line for line in lines if "FULLY_CONNECTED" in line and "T#0" in line]
    for word in ("T#0, T#1, T#2", "T#3", "[1, 2]", "fused_activation_function RELU"):
        assert word in layer
    assert lines[-1] == "2 operators in all: 1 FULLY_CONNECTED, 1 RESHAPE"


def test_the_json_keys_are_the_promised_ones(cli, tiny):
    rows = cli("operators", "--json", tiny).json
    assert [list(row) for row in rows] == [KEYS] * 2
    assert rows[0]["op_name"] == "FULLY_CONNECTED"
    assert (rows[0]["inputs"], rows[0]["outputs"]) == ([0, 1, 2], [3])
    assert rows[0]["options"]["fused_activation_function"] == "RELU"


def test_an_optional_input_that_is_left_out(cli, tmp_path):
    b = ModelBuilder()
    x, w, y = b.tensor("x", [1, 1]), b.tensor("w", [1, 1], "INT8", b"\1"), b.tensor("y", [1, 1])
    b.operator("FULLY_CONNECTED", [x, w, -1], [y])
    path = b.write(tmp_path / "optional.tflite")
    assert cli("operators", "--json", path).json[0]["inputs"] == [0, 1, -1]
    assert "T#0, T#1, none" in cli("operators", path).out


def test_a_keras_file_lists_its_layers(cli, sample_h5):
    rows = cli("operators", "--json", sample_h5).json
    assert set(rows[0]) == {*KEYS, "name", "output_shape", "parameters", "inbound"}
    assert sum(row["parameters"] for row in rows) > 1000
    assert rows[-1]["op_name"] in cli("operators", sample_h5).out


def test_csv_of_both_kinds_of_file_has_the_columns_of_both(cli, tiny, sample_h5):
    lines = cli("operators", "--csv", tiny, sample_h5).out.splitlines()
    assert lines[0].split(",")[:7] == ["path", *KEYS] and "parameters" in lines[0]
    assert len({line.split(",")[0] for line in lines[1:]}) == 2
