"""How values are written for people."""

import numpy as np
import pytest

from inspector.model import TENSOR_TYPES, TYPE_BY_NAME, Quantization, tensor_type
from inspector.model.text import bytes_text, listed, number_text, percent_text, plural, quantization_text, shape_text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"), (9_999, "9,999 B"), (10_000, "9.8 KB"), (93_160, "91.0 KB"), (249_505, "243.7 KB"),
        (1_048_575, "1.00 MB"), (1_933_824, "1.84 MB"), (1_899 * 2**20, "1.85 GB"), (None, ""),
    ],
)  # fmt: skip
def test_bytes_are_written_as_flash_is_counted(size: int | None, text: str) -> None:
    assert bytes_text(size) == text


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["DRQ"], "DRQ"), (["DRQ", "FIQ"], "DRQ and FIQ"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_listed_as_a_sentence_has_them(words: list[str], text: str) -> None:
    assert listed(words) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (0.10196078568696976, "0.10196"), (-0.0035, "-0.0035"), (12.0, "12"), (1234567.0, "1234600"),
     (9.01234e-5, "0.000090123"),
     (1.25e-9, "1.25e-09"), (3e38, "3e+38"), (float("nan"), "nan"), (None, "")],
)  # fmt: skip
def test_real_numbers_keep_five_digits(value: float | None, text: str) -> None:
    assert number_text(value) == text


def test_shares_shapes_and_counts() -> None:
    assert percent_text(0.0084) == "0.8 %" and percent_text(None) == "" and percent_text(float("nan")) == ""
    assert shape_text((7, 3, 3, 128)) == "[7, 3, 3, 128]" and shape_text(()) == "[]" and shape_text(None) == ""
    assert shape_text((None, 4)) == "[?, 4]"
    assert plural(1, "tensor") == "1 tensor" and plural(1200, "tensor") == "1,200 tensors"
    assert plural(2, "entry", "entries") == "2 entries"


def test_quantization_in_a_cell() -> None:
    single = Quantization(np.array([0.101960786], np.float32), np.array([-128]))
    assert quantization_text(single) == "0.10196, -128"
    channels = Quantization(np.ones(64, np.float32), np.zeros(64, np.int64), 3)
    assert quantization_text(channels) == "64 channels on 3"
    assert quantization_text(None) == "none"
    assert quantization_text(Quantization(np.zeros(0, np.float32), np.zeros(0, np.int64))) == "none"
    blocks = Quantization(np.zeros(0, np.float32), np.zeros(0, np.int64), details="blockwise, 32 elements a block")
    assert quantization_text(blocks) == "blockwise, 32 elements a block"


def test_types_stand_at_their_schema_codes_and_tomorrows_have_a_name() -> None:
    from ai_edge_litert.schema_py_generated import TensorType as Official

    official = {name: code for name, code in vars(Official).items() if not name.startswith("_")}
    assert {type_.name: type_.code for type_ in TENSOR_TYPES} == official
    assert tensor_type(27).name == "type 27" and tensor_type(27).dtype is None and tensor_type(-1).name == "type -1"
    assert TYPE_BY_NAME["INT4"].level_range == (-8, 7) and TYPE_BY_NAME["UINT8"].level_range == (0, 255)
    assert TYPE_BY_NAME["INT2"].level_range == (-2, 1)


def test_a_complex_number_has_both_parts() -> None:
    assert [number_text(value) for value in (0.5 - 2j, complex(0, -0.0), 1e-9 + 3j)] == ["0.5-2j", "0-0j", "1e-09+3j"]
