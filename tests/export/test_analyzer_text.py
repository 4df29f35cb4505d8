"""The Analyzer's lines, against the Analyzers of TensorFlow and LiteRT."""

import contextlib
import io

import numpy as np
import pytest

import inspector
from inspector.export.analyzer_text import analyzer_lines, analyzer_sections, data_text
from tests.builders import ModelBuilder

TYPES = ("FLOAT32", "FLOAT16", "INT32", "UINT8", "INT64", "BOOL", "INT16", "INT8", "FLOAT64", "UINT32", "UINT16",
         "UINT64", "COMPLEX64")  # fmt: skip


@pytest.fixture
def every_type(tmp_path):
    """Constants of every type with 1, 5 and 6 elements, odd names and odd values; a second subgraph."""
    b = ModelBuilder()
    random = np.random.default_rng(5)
    for type_name in TYPES:
        for count in (1, 5, 6):
            data = random.integers(0, 2, count) if type_name == "BOOL" else random.integers(33, 120, count)
            b.tensor(f"{type_name}/{count}", [count], type_name, data)
    b.tensor("characters", [9], "INT8", np.array([-128, -1, 0, 9, 31, 32, 65, 126, 127]))
    b.tensor("bytes", [5], "UINT8", np.array([0, 11, 128, 200, 255]))
    b.tensor("floats", [5], "FLOAT32", np.array([np.nan, -np.inf, 1e-20, 123456789.0, -0.0]))
    b.tensor("more floats", [5], "FLOAT32", np.array([0.1, 1e6, 999999.5, 1 / 3, np.inf]))
    b.tensor("minus nan", [1], "FLOAT32", np.copysign(np.array([np.nan], np.float32), -1))
    b.tensor("scalar", [], "INT32", np.array(-7))
    b.tensor("large", [64, 64], "INT8", np.arange(4096) % 100)
    b.tensor("larger", [64, 65], "FLOAT32", np.arange(4160) / 3)
    b.tensor("empty", [0], "FLOAT32", np.zeros(0))
    b.tensor("dynamic", [1, 3], "FLOAT32", shapeSignature=np.array([-1, 3], np.int32))
    b.tensor("größe\ttab", [1], "FLOAT32")
    b.tensor("text", [1], "STRING", b"\x01\0\0\0\x0c\0\0\0\x0f\0\0\0abc")
    x, y = b.tensor("x", [1]), b.tensor("y", [1])
    b.operator("ABS", [x], [y])
    b.inputs(x).outputs(y)
    b.subgraph("second")
    x, y = b.tensor("x2", [2]), b.tensor("y2", [2])
    b.tensor("constant", [2], "INT32", np.array([-1, 168]))
    b.operator("ABS", [x], [y])
    b.inputs(x).outputs(y)
    return b.write(tmp_path / "types.tflite")


def lines_of(text):
    return [line[2:] for line in text.splitlines() if line.startswith("  T#")]


def ours(path):
    model = inspector.open_model(path)
    return list(analyzer_lines(model, model.tensors()))


def litert(path):
    analyzer = pytest.importorskip("ai_edge_litert._pywrap_analyzer_wrapper")
    return lines_of(analyzer.ModelAnalyzer(str(path), True, False))


def test_every_line_is_that_of_litert(every_type, sample_tflite):
    for path in (every_type, sample_tflite):
        expected = litert(path)
        assert ours(path) == expected and len(expected) > 10


def test_every_line_of_real_models_is_that_of_litert(shared_models):
    for path in sorted(shared_models.glob("*.tflite")):
        assert ours(path) == litert(path), path.name


@pytest.mark.tensorflow
def test_every_line_is_that_of_tensorflow(every_type, sample_tflite):
    import tensorflow as tf

    for path in (every_type, sample_tflite):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            tf.lite.experimental.Analyzer.analyze(model_path=str(path))
        assert ours(path) == lines_of(printed.getvalue())


def test_a_line_as_the_documentation_shows_it(every_type):
    assert "T#1_2(constant) shape:[2], type:INT32 RO 8 bytes, buffer: 50, data:[-1, 168]" in ours(every_type)


def test_lines_stand_under_their_type(every_type):
    sections = {type_.name: lines for type_, lines in analyzer_sections(inspector.open_model(every_type))}
    assert set(sections) == {*TYPES, "STRING"}
    for name, lines in sections.items():
        assert lines and all(f", type:{name}" in line for line in lines)


def test_integers_of_eight_bits_are_characters():
    assert data_text("INT8", bytes([84, 47, 200, 0, 80, 1]), 6) == "[T, /, ., ., P, ...]"
    assert data_text("FLOAT16", b"", 2) == "[??, ??]"


def test_a_line_stays_one_line():
    """The Analyzer lets a 10 through, which breaks its line in two."""
    assert data_text("INT8", bytes([10, 65]), 2) == "[., A]"


def test_data_that_is_missing_is_a_question_mark(tmp_path):
    b = ModelBuilder()
    b.tensor("gone", [1], "FLOAT32", externalBuffer=b.external("gone.bin", 0, 4))
    assert ours(b.write(tmp_path / "gone.tflite")) == [
        "T#0(gone) shape:[1], type:FLOAT32 RO 4 bytes, buffer: 1, data:[?]"
    ]


def test_a_keras_file_has_no_buffers(sample_h5):
    for line in ours(sample_h5):
        assert "buffer:" not in line
        assert " RO " not in line or ", data:[" in line
