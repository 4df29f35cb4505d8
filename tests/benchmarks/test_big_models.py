"""The generators of the big models write sound files: small ones of the same kind, read, compared and run."""

from pathlib import Path

import pytest

from inspector.formats import open_model
from tests.benchmarks.big_models import Network, long, wide, write
from tests.benchmarks.mobilenet import mobilenet_v2
from tests.benchmarks.reading import read_here, read_with_accessors
from tests.formats import official


@pytest.mark.parametrize(
    ("network", "tensors"), [(wide(50), 121), (long(8, False, 5), 11), (long(8, True, 5), 11)], ids=["W", "f32", "i8"]
)
def test_a_small_one_is_sound(network: Network, tensors: int, tmp_path: Path) -> None:
    from ai_edge_litert.interpreter import Interpreter

    path = tmp_path / "model.tflite"
    write(network, path)
    model = open_model(path)
    assert model.findings == ()
    assert len(model.subgraphs[0].tensors) == tensors
    assert official.our_tensors(model) == official.official_tensors(path.read_bytes())
    assert official.our_operators(model) == official.official_operators(path.read_bytes())
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    interpreter.invoke()
    assert read_here(path) and read_with_accessors(path)


@pytest.mark.parametrize(("quantized", "size"), [(False, 13_970_000), (True, 4_000_000)])
def test_mobilenet_has_its_usual_size(quantized: bool, size: int, tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(mobilenet_v2(quantized))
    model = open_model(path)
    assert model.findings == ()
    assert abs(path.stat().st_size - size) < 20_000
    assert len(model.subgraphs[0].operators) == 65
    assert model.outputs()[0].shape == (1, 1000)
