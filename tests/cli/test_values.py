"""`values`: one tensor's values on the screen and in files."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Ran

Cli = Callable[..., Ran]
KERNEL = [[0, 1, -2, 0], [65, 0, 0, 0]]
REAL_KERNEL = [[0.0, 0.5, -1.0, 0.0], [16.25, 0.0, 0.0, 0.0]]


@pytest.mark.parametrize("word", ["T#1", "1", "layer/kernel", "kernel"])
def test_a_tensor_is_found_by_index_and_name(cli: Cli, tiny: Path, word: str) -> None:
    assert cli("values", tiny, word, "--json").json["values"] == KERNEL


def test_npy_holds_the_stored_values(cli: Cli, tiny: Path, tmp_path: Path) -> None:
    assert cli("values", tiny, "1", "-o", tmp_path / "kernel.npy").code == 0
    read = np.load(tmp_path / "kernel.npy")
    assert read.dtype == np.int8 and read.tolist() == KERNEL


def test_npy_holds_the_real_values(cli: Cli, tiny: Path, tmp_path: Path) -> None:
    assert cli("values", tiny, "1", "--dequantized", "-o", tmp_path / "kernel.npy").code == 0
    read = np.load(tmp_path / "kernel.npy")
    assert read.dtype == np.float32 and read.tolist() == REAL_KERNEL


def test_csv_in_a_file_and_on_the_screen_are_the_same(cli: Cli, tiny: Path, tmp_path: Path) -> None:
    cli("values", tiny, "1", "-o", tmp_path / "kernel.csv")
    assert (tmp_path / "kernel.csv").read_text() == "0,1,-2,0\n65,0,0,0\n"
    assert cli("values", tiny, "1", "--csv").out == "0,1,-2,0\n65,0,0,0\n"
    cli("values", tiny, "1", "--csv", "-o", tmp_path / "kernel.txt")
    assert (tmp_path / "kernel.txt").read_text() == "0,1,-2,0\n65,0,0,0\n"


def test_json_says_what_it_is(cli: Cli, tiny: Path, tmp_path: Path) -> None:
    cli("values", tiny, "T#1_0", "-o", tmp_path / "table.json")
    text = (tmp_path / "table.json").read_text()
    assert text == (
        '{"subgraph": 1, "index": 0, "name": "table", "type": "FLOAT32", "shape": [3], "dequantized": false, '
        '"values": [0.0, -0.0, 2.5]}\n'
    )


def test_the_screen_shows_what_and_how_much(cli: Cli, tiny: Path) -> None:
    out = cli("values", tiny, "1").out
    assert out.startswith("T#1 layer/kernel  INT8 [2, 4], 8 elements, quantization 2 channels on 0\n")
    assert "[65  0  0  0]" in out and "shortened" not in out


def test_a_tensor_without_scale_says_so(cli: Cli, tiny: Path) -> None:
    done = cli("values", tiny, "layer/shape", "--dequantized", "--csv")
    assert done.out == "-1\n2\n" and "has no scale" in done.err and done.code == 0


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["1", "-o", "kernel.xlsx"], 2, ".npy, .csv or .json"),
        (["99", "-o", "x.npy"], 2, 'no tensor "99"'),
        (["layer", "-o", "x.npy"], 2, "fits"),
        (["0", "-o", "x.npy"], 1, "T#0"),
        (["1", "-o", "none/x.npy"], 1, "does not exist"),
    ],
)
def test_what_can_not_be_given_is_said(
    cli: Cli, tiny: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], code: int, sentence: str
) -> None:
    monkeypatch.chdir(tiny.parent)
    done = cli("values", tiny, *words)
    assert done.code == code and sentence in done.err
    assert [path.name for path in tiny.parent.iterdir() if path.is_file()] == ["tiny.tflite"]


def test_nothing_is_replaced_without_force(cli: Cli, tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "kernel.npy"
    path.write_bytes(b"mine")
    assert cli("values", tiny, "1", "-o", path).code == 1
    assert path.read_bytes() == b"mine"
    assert cli("values", tiny, "1", "-o", path, "--force").code == 0
    assert np.load(path).tolist() == KERNEL
