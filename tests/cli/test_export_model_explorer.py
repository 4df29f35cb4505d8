"""`export-model-explorer` as it is typed."""

import json

from inspector.formats.layer_csv import write_layer_csv
from inspector.model.layer_table import LayerRow, LayerTable


def write_table(path, *names: str) -> None:
    rows = (LayerRow("FULLY_CONNECTED", 1, 2, 0.1, 0.0, 0.5, 0.25, 1.0, 0, name) for name in names)
    write_layer_csv(LayerTable(tuple(rows)), path)


def test_it_writes_a_file_a_number_and_says_how_to_open_them(cli, tiny, tmp_path):
    ran = cli("export-model-explorer", tiny, "-o", tmp_path)
    assert ran.code == 0
    assert {path.name for path in tmp_path.glob("*.json")} == {
        "tiny.bytes.json", "tiny.macs.json", "tiny.zero_fraction.json",
    }  # fmt: skip
    assert f"Open them with: model-explorer {tiny} --node_data_paths=" in ran.out
    assert cli("export-model-explorer", tiny, "-o", tmp_path).code == 1, "nothing is replaced unasked"


def test_tables_of_errors_are_laid_over_it(cli, tiny, tmp_path):
    write_table(tmp_path / "layers.csv", "y", "other")
    ran = cli("export-model-explorer", tiny, "--layers", tmp_path / "layers.csv", "-o", tmp_path / "n.json", "--json",
              "--only", "rmse_over_scale")  # fmt: skip
    assert ran.code == 0 and "1 of 2 layers are in tiny.tflite" in ran.err
    told = ran.json["files"]
    assert [(each["number"], each["nodes"]) for each in told] == [("rmse_over_scale.local", 1)]
    assert told[0]["path"].endswith("n.rmse_over_scale.local.json")
    assert json.loads((tmp_path / "n.rmse_over_scale.local.json").read_text())["main"]["results"] == {
        "y": {"value": 0.5}
    }


def test_a_table_of_another_model_is_refused(cli, tiny, tmp_path):
    write_table(tmp_path / "layers.csv", "other")
    ran = cli("export-model-explorer", tiny, "--layers", tmp_path / "layers.csv", "-o", tmp_path)
    assert ran.code == 1 and "layers.csv is about another model" in ran.err
    assert not list(tmp_path.glob("*.json"))


def test_errors_without_a_table_are_wrong_usage(cli, tiny, tmp_path):
    ran = cli("export-model-explorer", tiny, "--only", "rmse_over_scale", "-o", tmp_path)
    assert ran.code == 2 and "add --layers layers.csv" in ran.err


def test_a_folder_that_is_not_there_is_said(cli, tiny, tmp_path):
    ran = cli("export-model-explorer", tiny, "-o", f"{tmp_path}/none/")
    assert ran.code == 1 and "does not exist" in ran.err
