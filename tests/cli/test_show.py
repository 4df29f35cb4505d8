"""`show`: the overview in words and as JSON."""

import csv
import io

from tests.builders import ModelBuilder

KEYS = ["format", "path", "size_bytes", "scheme", "inputs", "outputs", "tensors_by_type", "operator_counts",
        "signatures", "metadata", "findings"]  # fmt: skip


def test_the_json_keys_are_the_promised_ones(cli, tiny):
    found = cli("show", "--json", tiny).json
    assert list(found) == KEYS
    assert (found["format"], found["path"], found["size_bytes"]) == ("tflite", str(tiny), tiny.stat().st_size)
    assert found["scheme"] == "int8"
    assert found["inputs"] == [
        {
            "index": 0,
            "name": "x",
            "type": "INT8",
            "shape": [1, 4],
            "shape_signature": [-1, 4],
            "scale": 0.5,
            "zero_point": -1,
        }
    ]
    assert [row["index"] for row in found["outputs"]] == [5]
    assert found["tensors_by_type"] == {
        "INT8": {"tensors": 4, "constants": 1, "bytes": 8},
        "INT32": {"tensors": 2, "constants": 2, "bytes": 16},
        "FLOAT32": {"tensors": 1, "constants": 1, "bytes": 12},
    }
    assert found["operator_counts"] == {"FULLY_CONNECTED": 1, "RESHAPE": 1}
    assert found["signatures"] == [{"key": "serving_default", "subgraph": 0, "inputs": {"x": 0}, "outputs": {"z": 5}}]
    assert found["metadata"]["description"] == "made by tests"
    assert {finding["level"] for finding in found["findings"]} <= {"good", "note", "warning"}


def test_the_verdict_stands_first(cli, tiny):
    ran = cli("show", tiny)
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert lines[0].startswith("Full integer quantization (FIQ): weights INT8")
    assert "On a microcontroller:" in lines[2]
    for title in ("Bytes by type", "Inputs", "Outputs", "Operators", "Signatures", "Findings"):
        assert title in lines
    [file] = [line for line in lines if line.startswith("File ")]
    assert f"{tiny.stat().st_size:,} B" in file
    assert "[-1, 4]" in ran.out and "0.5, -1" in ran.out


def test_json_and_people_get_the_same_findings(cli, sample_tflite, sample_h5):
    for path in (sample_tflite, sample_h5):
        shown = cli("show", path).out
        titles = [finding["title"] for finding in cli("show", "--json", path).json["findings"]]
        assert titles and all(title in shown for title in titles)
        assert len(titles) == sum(line.startswith(("ok ", "note ", "look ", "damaged ")) for line in shown.splitlines())


def test_nothing_in_a_file_acts_on_the_terminal(cli, tmp_path):
    evil = "a\x1b[2J\x07\n\u202eb"
    b = ModelBuilder(description=evil)
    x, y = b.tensor(evil, [1]), b.tensor(evil + "2", [1])
    b.operator(evil, [x], [y])
    b.inputs(x).outputs(y).signature(evil, {evil: x}, {evil: y})
    b.metadata(evil, evil.encode())
    path = b.write(tmp_path / "evil.tflite")
    for command in ("show", "operators", "tensors", "weights"):
        for form in ([], ["--json"], ["--csv"]):
            assert not set(cli(command, *form, path).out) & {"\x1b", "\x07", "\u202e"}, (command, form)
    assert cli("show", path).out.count("a\\x1b[2J\\x07\\x0a\\u202eb") >= 6


def test_what_is_said_of_a_damaged_file_does_not_act_on_the_terminal_either(cli, tmp_path):
    evil = "a\x1b[2J\x07\u202eb"
    b = ModelBuilder()
    b.tensor(evil, [-1])
    path = b.write(tmp_path / "evil.tflite")
    for words in (("tensors", path), ("values", path, "T#0"), ("values", path, "no such"), ("histogram", path, evil)):
        ran = cli(*words)
        assert not set(ran.out + ran.err) & {"\x1b", "\x07", "\u202e"}, words
    assert "a\\x1b[2J\\x07\\u202eb" in cli("tensors", path).err


def test_damage_is_a_finding(cli, damaged):
    ran = cli("show", damaged)
    assert ran.code == 0 and ran.err == ""
    assert any(line.startswith("damaged ") for line in ran.out.splitlines())
    levels = {finding["level"] for finding in cli("show", "--json", damaged).json["findings"]}
    assert "damage" in levels


def test_several_files(cli, tiny, broken, sample_h5):
    ran = cli("show", "--json", tiny, broken, sample_h5)
    assert ran.code == 1
    assert [file["path"] for file in ran.json] == [str(tiny), str(broken), str(sample_h5)]
    assert set(ran.json[1]) == {"path", "error"} and ran.json[2]["scheme"] == "keras"
    rows = list(csv.reader(io.StringIO(cli("show", "--csv", tiny, broken, sample_h5).out)))
    assert rows[0] == KEYS and [row[1] for row in rows[1:]] == [str(tiny), str(sample_h5)]
    text = cli("show", tiny, sample_h5).out.splitlines()
    assert text[0] == str(tiny) and str(sample_h5) in text


def test_a_model_without_anything(cli, tmp_path):
    path = ModelBuilder().write(tmp_path / "empty.tflite")
    found = cli("show", "--json", path)
    assert found.code == 0 and found.json["inputs"] == [] and found.json["operator_counts"] == {}
    assert cli("show", path).code == 0


def test_every_shared_model(cli, shared_models):
    for path in sorted(shared_models.glob("*.*")):
        if path.suffix in (".tflite", ".h5", ".hdf5", ".keras"):
            for command in ("show", "tensors", "operators", "weights"):
                ran = cli(command, path)
                assert (ran.code, ran.err) == (0, ""), path
                assert cli(command, "--json", path).json
