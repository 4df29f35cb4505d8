"""Which tensor TENSOR means."""

import numpy as np
import pytest

import inspector
from inspector.cli.tensor_choice import choose_tensor
from inspector.errors import UsageError
from tests.builders import ModelBuilder


@pytest.fixture
def model(tmp_path):
    b = ModelBuilder()
    for name in ("conv/kernel", "conv/kernel_2", "7", "Dense/BIAS", "same", "same"):
        b.tensor(name, [1], data=np.ones(1))
    b.subgraph("second")
    b.tensor("inner", [1])
    return inspector.open_model(b.write(tmp_path / "m.tflite"))


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("T#0", (0, 0)), ("0", (0, 0)), ("3", (0, 3)), ("T#1_0", (1, 0)), ("1_0", (1, 0)), ("T#0_3", (0, 3)),
        ("conv/kernel", (0, 0)), ("kernel_2", (0, 1)), ("dense/bias", (0, 3)), ("inner", (1, 0)), ("7", (0, 2)),
    ],
)  # fmt: skip
def test_index_then_name_then_part(model, wanted, place):
    tensor = choose_tensor(model, wanted)
    assert (tensor.subgraph, tensor.index) == place


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("T#6", 'm.tflite has no tensor "T#6". It has T#0 to T#5, T#1_0 to T#1_0'),
        ("T#2_0", 'has no tensor "T#2_0"'),
        ("kernel", '"kernel" fits 2 tensors of m.tflite: T#0 conv/kernel, T#1 conv/kernel_2. Name one by its T#.'),
        ("same", '"same" fits 2 tensors'),
        ("\x1b[31m", 'has no tensor "\\x1b[31m"'),
        ("²", 'has no tensor "²"'),
    ],
)
def test_none_or_several_is_wrong_usage(model, wanted, said):
    with pytest.raises(UsageError) as caught:
        choose_tensor(model, wanted)
    assert said in str(caught.value)


def test_a_model_without_tensors(tmp_path):
    model = inspector.open_model(ModelBuilder().write(tmp_path / "bare.tflite"))
    with pytest.raises(UsageError, match="It has no tensors at all"):
        choose_tensor(model, "0")


def test_a_part_of_thousands_of_names_lists_five(tmp_path):
    b = ModelBuilder()
    for index in range(40):
        b.tensor(f"layer_{index}", [1])
    model = inspector.open_model(b.write(tmp_path / "many.tflite"))
    with pytest.raises(UsageError, match=r"fits 40 tensors .* T#4 layer_4 and 35 more\."):
        choose_tensor(model, "layer")
