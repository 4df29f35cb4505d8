"""The debugger's CSV: ours and TensorFlow's are read the same, and a broken one is a sentence."""

import io
from pathlib import Path

import numpy as np
import pytest

from inspector.errors import DataError, ExportError, ModelFileError
from inspector.formats.layer_csv import kind_of_csv, layer_csv_lines, parse_layer_csv, read_layer_csv, write_layer_csv
from inspector.model.layer_table import LAYER_FIELDS, LayerRow, LayerTable

# as layer_statistics_dump of TensorFlow 2.21 wrote it
TENSORFLOW = """op_name,tensor_idx,num_elements,stddev,mean_error,max_abs_error,mean_squared_error,scale,zero_point,\
tensor_name\r
CONV_2D,20,1024.0,0.0011316107,-2.8798875e-05,0.004290535,1.2835096e-06,0.00406709,-128,conv/Relu;conv/BiasAdd\r
SOFTMAX,44,10.0,0.0009174037,-0.00023046919,0.0026750637,1.0597737e-06,0.00390625,-128,StatefulPartitionedCall_1:0\r
"""
ROW = LayerRow("CONV_2D", 3, 12, 0.5, -0.25, 1.0, 0.375, float(np.float32(0.1)), 4, "conv")


def test_a_file_of_tensorflow_reads_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "layers.csv"
    path.write_bytes(TENSORFLOW.encode())
    table = read_layer_csv(path)
    assert table.header == LAYER_FIELDS
    first = table.rows[0]
    assert (first.op_name, first.tensor_idx, first.num_elements, first.zero_point) == ("CONV_2D", 20, 1024, -128)
    assert first.stddev == 0.0011316107 and first.mean_error == -2.8798875e-05
    assert first.scale == float(np.float32(0.00406709))  # the scale of the file, not its decimal
    assert table.rows[1].tensor_name == "StatefulPartitionedCall_1:0"


def test_what_is_written_reads_back_the_same_to_the_last_bit(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(0, 1e-3, 4)
    odd = LayerRow("=1+1", 3, 12, *values.tolist(), scale=None, zero_point=None, tensor_name='@a, "b"\nc')
    table = LayerTable((ROW, odd), {"mine": (1 / 3, None)})
    path = tmp_path / "layers.csv"
    write_layer_csv(table, path)
    again = read_layer_csv(path)
    assert again.rows == table.rows
    assert again.extra == table.extra
    assert [each.name for each in tmp_path.iterdir()] == ["layers.csv"]


def test_the_columns_stand_in_tensorflow_s_order_with_custom_metrics_between() -> None:
    lines = list(layer_csv_lines(LayerTable((ROW,), {"cosine": (0.5,)})))
    assert lines[0].strip().split(",") == [*LAYER_FIELDS[:7], "cosine", *LAYER_FIELDS[7:]]
    assert lines[1].strip() == "CONV_2D,3,12,0.5,-0.25,1.0,0.375,0.5,0.1,4,conv"


def test_a_spreadsheet_runs_no_name_as_a_formula() -> None:
    row = LayerRow("ADD", 3, 1, 0.0, 0.0, 0.0, 0.0, 1.0, 0, "=HYPERLINK(1)")
    text = "".join(layer_csv_lines(LayerTable((row,))))
    assert ",'=HYPERLINK(1)" in text
    assert parse_layer_csv(text).rows == (row,)


def test_a_stream_is_written_too() -> None:
    stream = io.StringIO(newline="")
    write_layer_csv(LayerTable((ROW,)), stream)
    assert parse_layer_csv(stream.getvalue()).rows == (ROW,)


def test_nan_of_a_layer_without_numbers_is_read() -> None:
    table = parse_layer_csv(TENSORFLOW.replace("0.0011316107", "nan"))
    assert np.isnan(table.rows[0].stddev)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("zero_point,", "zero,"), "no column zero_point"),
        (lambda text: text.replace("CONV_2D,20", "CONV_2D"), "line 2 has 9 cells, the header 10"),
        (lambda text: text.replace("0.0011316107", "much"), 'line 2, column stddev holds "much", no number'),
        (lambda text: text.replace("0.0011316107", ""), 'line 2, column stddev holds "", no number'),
        (lambda text: text.replace("CONV_2D,20", "CONV_2D,inf"), "column tensor_idx"),
        (lambda text: text.splitlines()[0], "no layers"),
        (lambda text: "", "no column op_name"),
        (lambda text: text.replace("op_name,", "op_name,op_name,").replace("CONV_2D,", "CONV_2D,CONV_2D,"), "twice"),
        (lambda text: text.replace("conv/Relu", '"conv'), "no sound CSV"),
    ],
)
def test_a_broken_table_is_a_sentence(change: "object", sentence: str) -> None:
    with pytest.raises(DataError, match=r"layers\.csv") as raised:
        parse_layer_csv(change(TENSORFLOW), "layers.csv")  # type: ignore[operator]
    assert sentence in str(raised.value)


def test_what_is_no_text_or_no_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x01" * 10)
    with pytest.raises(DataError, match="no text file"):
        read_layer_csv(tmp_path / "binary.csv")
    with pytest.raises(ModelFileError, match="There is no file"):
        read_layer_csv(tmp_path / "missing.csv")
    with pytest.raises(ExportError, match="can't be written"):
        write_layer_csv(LayerTable((ROW,)), tmp_path / "no" / "folder.csv")


@pytest.mark.parametrize(
    ("name", "kind"), [("layers.csv", "local"), ("a.cumulative.csv", "cumulative"), ("x.pair.csv", "pair"),
                       ("model.v2.csv", "local")]
)  # fmt: skip
def test_the_name_tells_which_error_it_is(name: str, kind: str) -> None:
    assert kind_of_csv(name) == kind


def test_records_travel_as_json_and_back() -> None:
    table = LayerTable((ROW,), {"mine": (2.0,)})
    again = LayerTable.from_records(table.records())
    assert (again.rows, again.extra) == (table.rows, table.extra)
    assert LayerTable.from_records([]).rows == ()
