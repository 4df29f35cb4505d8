"""`compare`: variants side by side as text, JSON, CSV and pictures."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests import twins
from tests.twins import write_twin


@pytest.fixture
def classic(tmp_path):
    return [write_twin(tmp_path, kind) for kind in ("float32", "dynamic_range", "int8")]


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_answer_stands_first_then_variants_types_ends_and_pairs(cli, classic):
    ran = cli("compare", *classic)
    lines = ran.out.splitlines()
    assert ran.code == 0 and ran.err == ""
    assert lines[0] == "DRQ: 1 of 3 weight tensors is INT8."
    assert lines[1] == "FIQ: all 3 weights and all activations are INT8, biases INT32."
    assert any(line.startswith("ORG  float32") and line.endswith("net.float32.tflite") for line in lines)
    assert "Weights: 3 tensors. DRQ: 1 of 3 to INT8. FIQ: 3 of 3 to INT8." in lines
    assert "13 of 13 tensors paired by name" in lines
    assert any("exact" in line and twins.CONV in line for line in lines)


def test_two_variants_show_every_number(cli, classic):
    out = cli("compare", classic[0], classic[2]).out
    assert "RMSE" in out and "Max error" in out
    real = twins.real_values()[twins.WIDE]
    assert f"{real.min():.3g} to {real.max():.3g}  {twins.WIDE}" in out
    assert " -> " not in out
    small = cli("compare", classic[0], write_twin(classic[0].parent, "int8", seed=6)).out
    assert " -> " in small  # other weights have other ranges
    assert "RMSE" not in cli("compare", *classic).out


def test_by_type_lists_the_tensors_of_each_variant_side_by_side(cli, classic):
    lines = cli("compare", "--by-type", *classic).out.splitlines()
    start = lines.index("INT8 tensors: ORG 0, DRQ 1, FIQ 9")
    assert lines[start + 1].split()[:3] == ["ORG", "DRQ", "FIQ"]
    (wide,) = [line for line in lines[start : start + 11] if twins.WIDE in line and "1024]" in line and "[40" in line]
    assert wide.split()[0] == "-" and wide.split()[1].startswith("T#") and wide.split()[2].startswith("T#")
    assert "FLOAT32 tensors: ORG 12, DRQ 11, FIQ 0" in lines


def test_only_changed_leaves_the_rest_out(cli, classic):
    out = cli("compare", classic[0], classic[1], "--only-changed").out
    table = out[out.index("paired by name") :]
    assert twins.WIDE in table and twins.CONV not in table
    out = cli("compare", classic[0], classic[0], "--only-changed").out
    assert out.endswith("No type differs.\n")


def test_json_has_variants_and_pairs(cli, classic):
    found = cli("compare", *classic, "--json").json
    assert list(found) == ["headline", "reference", "variants", "pairs", "unmatched"]
    assert [variant["recipe"] for variant in found["variants"]] == ["float32", "dynamic_range", "int8"]
    fiq = found["variants"][2]
    assert fiq["size_bytes"] == classic[2].stat().st_size
    assert fiq["ratio"] == pytest.approx(classic[2].stat().st_size / classic[0].stat().st_size)
    assert fiq["tensors_by_type"]["INT32"] == {"tensors": 4, "constants": 4, "bytes": 4 * 59 + 8}
    assert fiq["inputs"] == [
        {"name": twins.INPUT, "type": "INT8", "shape": [1, 16, 16, 4], "scale": pytest.approx(0.05), "zero_point": 3}
    ]
    pairs = {(pair["variant"], pair["name"]): pair for pair in found["pairs"]}
    wide = pairs["DRQ", twins.WIDE]
    assert (wide["type_before"], wide["type_after"]) == ("FLOAT32", "INT8")
    assert (wide["bytes_before"], wide["bytes_after"]) == (4 * 40960, 40960)
    real = twins.real_values()[twins.WIDE]
    scales = twins.channel_scales(real)
    error = real.astype(np.float64) - twins.dequantized(twins.quantized(real, scales, 127), scales)
    assert wide["rmse"] == pytest.approx(np.sqrt(np.mean(error**2)))
    assert wide["max_abs_error"] == pytest.approx(np.abs(error).max())
    assert wide["sqnr_db"] == pytest.approx(10 * np.log10((real.astype(float) ** 2).sum() / (error**2).sum()))
    small = pairs["DRQ", twins.CONV]
    assert small["exact"] is True and small["rmse"] == 0 and small["sqnr_db"] is None
    computed = pairs["FIQ", twins.OUTPUT]
    assert computed["rmse"] is None and computed["exact"] is None and computed["bytes_after"] == 3
    assert found["unmatched"] == []


def test_json_lists_what_only_one_side_has(cli, tmp_path):
    found = cli("compare", write_twin(tmp_path, "float32"), write_twin(tmp_path, "int8_float_io"), "--json").json
    assert [(row["variant"], row["only_in"], row["name"], row["note"]) for row in found["unmatched"]] == [
        ("FIQ", "variant", "tfl.quantize", "the input as INT8, made by QUANTIZE"),
        ("FIQ", "variant", f"{twins.OUTPUT}1", "the output before DEQUANTIZE"),
    ]
    back = cli("compare", tmp_path / "net.int8_float_io.tflite", tmp_path / "net.float32.tflite", "--json").json
    assert [row["only_in"] for row in back["unmatched"]] == ["reference", "reference"]


def test_csv_has_a_line_a_pair_and_a_line_for_what_has_none(cli, tmp_path):
    files = [write_twin(tmp_path, kind) for kind in ("float32", "int8_float_io")]
    rows = rows_of(cli("compare", *files, "--csv").out)
    assert len(rows) == 13 + 2
    assert rows[0]["name"] == twins.CONV and float(rows[0]["sqnr_db"]) > 40
    assert rows[-1]["type_before"] == "" and rows[-1]["type_after"] == "INT8"


def test_another_reference_by_label_name_or_place(cli, classic):
    for wanted in ("FIQ", "net.int8.tflite", "3", "int8", classic[2]):
        assert cli("compare", *classic, "--reference", wanted, "--json").json["reference"] == "FIQ"
    ran = cli("compare", *classic, "--reference", "INT7")
    assert ran.code == 2 and 'no variant "INT7". There are ORG, DRQ, FIQ.' in ran.err


def test_a_histogram_of_both_as_text_csv_and_picture(cli, classic, tmp_path):
    out = cli("compare", classic[0], classic[2], "--histogram", twins.CONV).out
    assert "ORG FLOAT32 #; FIQ INT8 o" in out and len(out.splitlines()) == 4 + 32
    rows = rows_of(cli("compare", classic[0], classic[2], "--histogram", twins.CONV, "--csv", "--bins", "10").out)
    real = twins.real_values()[twins.CONV]
    scales = twins.channel_scales(real)
    stored = twins.dequantized(twins.quantized(real, scales, 127), scales)
    ends = min(real.min(), stored.min()), max(real.max(), stored.max())
    assert [int(row["ORG"]) for row in rows] == np.histogram(real.astype(float), 10, ends)[0].tolist()
    assert [int(row["FIQ"]) for row in rows] == np.histogram(stored.astype(float), 10, ends)[0].tolist()
    for name, head in (("o.png", b"\x89PNG"), ("o.svg", b"<?xml"), ("o.pdf", b"%PDF")):
        assert cli("compare", *classic, "--histogram", twins.WIDE, "--log", "-o", tmp_path / name).code == 0
        assert (tmp_path / name).read_bytes().startswith(head)


def test_the_histogram_can_show_any_variant(cli, classic):
    assert "DRQ INT8 o" in cli("compare", *classic, "--histogram", twins.WIDE).out
    assert "FIQ INT8 o" in cli("compare", *classic, "--histogram", twins.WIDE, "--variant", "FIQ").out
    ran = cli("compare", *classic, "--histogram", twins.WIDE, "--variant", "ORG")
    assert ran.code == 2 and "no partner" in ran.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--histogram", twins.CONV, "-o", "x.txt"], "has to end in .png"),
        (["--histogram", twins.CONV, "--json"], "no JSON"),
        (["--histogram", twins.CONV, "--bins", "0"], "--bins 0"),
        (["-o", "x.png"], "name the tensor to draw"),
        (["--histogram", "nothing"], 'no tensor "nothing"'),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(cli, classic, words, sentence):
    ran = cli("compare", *classic, *words)
    assert ran.code == 2 and sentence in ran.err


def test_an_activation_has_no_histogram(cli, classic):
    ran = cli("compare", *classic, "--histogram", twins.OUTPUT)
    assert ran.code == 1 and "T#" in ran.err


def test_one_file_is_not_enough_and_a_refused_one_stops_it(cli, classic, broken, damaged):
    assert cli("compare", classic[0]).code == 2
    ran = cli("compare", classic[0], broken)
    assert ran.code == 1 and ran.out == "" and "broken.tflite" in ran.err
    assert cli("compare", classic[0], damaged).code == 0
    assert cli("compare", classic[0], damaged, "--strict").code == 1


def test_files_appear_whole_and_are_not_overwritten_unasked(cli, classic, tmp_path):
    target = tmp_path / "pairs.csv"
    assert cli("compare", *classic, "--csv", "-o", target).code == 0
    before = target.read_bytes()
    assert cli("compare", *classic, "--json", "-o", target).code == 1
    assert target.read_bytes() == before
    assert cli("compare", *classic, "-o", target, "--force").code == 0
    assert target.read_text().startswith("DRQ: 1 of 3")


def test_a_keras_file_first_shows_the_ratio_to_it(cli, sample_h5, sample_tflite):
    found = cli("compare", sample_h5, sample_tflite, "--json").json
    assert found["variants"][1]["source_ratio"] == sample_tflite.stat().st_size / sample_h5.stat().st_size
    kernels = [pair for pair in found["pairs"] if pair["name"].endswith("/kernel")]
    assert len(kernels) == 4 and all(pair["exact"] for pair in kernels)
    assert {row["only_in"] for row in found["unmatched"]} == {"variant"}


def test_the_file_beside_a_variant_tells_its_recipe_and_its_source(cli, tmp_path, sample_h5):
    from inspector.jobs.provenance import Provenance, sha256_of

    original, variant = write_twin(tmp_path, "float32"), tmp_path / "small.tflite"
    variant.write_bytes(original.read_bytes())
    told = Provenance("dynamic_range", str(sample_h5), "", sha256_of(variant), "tensorflow")
    variant.with_suffix(".json").write_text(told.text)
    found = cli("compare", original, variant, "--json").json
    assert found["variants"][1]["recipe"] == "dynamic_range" and found["variants"][1]["label"] == "DRQ"
    assert found["variants"][1]["source_ratio"] == variant.stat().st_size / sample_h5.stat().st_size
    variant.write_bytes(write_twin(tmp_path, "int8").read_bytes())
    changed = cli("compare", original, variant, "--json").json["variants"][1]
    assert changed["recipe"] == "int8" and changed["source_ratio"] is None


def test_comparing_starts_without_a_window_or_plots(sample_tflite: Path) -> None:
    code = (
        "import sys; from inspector.cli.main import main; "
        f"code = main(['compare', {str(sample_tflite)!r}, {str(sample_tflite)!r}, '--json']); "
        "print([name for name in ('matplotlib', 'PySide6', 'h5py', 'tensorflow') if name in sys.modules], "
        "file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
