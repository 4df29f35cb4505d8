"""Which dimension of a weight tensor counts channels, by its operator or its scales."""

from typing import Any

import numpy as np
import pytest

from inspector.analysis.layout import Layout, layout_of, weights_user
from tests.analysis.memory_model import Stored, memory_model, weights


@pytest.mark.parametrize(
    ("op_name", "shape", "expected"),
    [
        ("CONV_2D", (8, 3, 3, 4), Layout(1, 8, 36, 0, True, 4)),
        ("FULLY_CONNECTED", (8, 5), Layout(1, 8, 5, 0, True, 5)),
        ("DEPTHWISE_CONV_2D", (1, 3, 3, 16), Layout(9, 16, 1, 3, True, 0)),
        ("TRANSPOSE_CONV", (8, 3, 3, 4), Layout(1, 8, 36, 0, True, 4)),
        ("CONV_3D", (2, 3, 3, 4, 8), Layout(72, 8, 1, 4, True, 4)),
        ("CONV_3D_TRANSPOSE", (2, 3, 3, 8, 4), Layout(18, 8, 4, 3, True, 4)),
        ("BATCH_MATMUL", (2, 6, 8), Layout(12, 8, 1, 2, True, 6)),
        ("FULLY_CONNECTED", (1, 5), Layout(1, 1, 5, 0, True, 5)),
        ("CONV_2D", (5,), Layout(1, 1, 5)),  # a rank the operator can't have
    ],
)
def test_the_operator_says_where_the_channels_are(op_name: str, shape: tuple[int, ...], expected: Layout) -> None:
    _, tensor = weights(np.zeros(shape, np.float32), op_name)
    assert layout_of(tensor) == expected


def test_adj_y_swaps_the_dimensions_of_a_matmul() -> None:
    tensors = [Stored(shape=(2, 6)), np.zeros((8, 6), np.float32), Stored(shape=(2, 8))]
    model = memory_model(tensors, [("BATCH_MATMUL", (0, 1), (2,))], options=[{"adj_y": True}])
    assert layout_of(model.subgraphs[0].tensors[1]) == Layout(1, 8, 6, 0, True, 6)


def test_weights_behind_densify_and_dequantize_belong_to_the_convolution() -> None:
    tensors = [Stored(shape=(1, 4, 4, 4)), np.zeros((8, 3, 3, 4), np.float16), *[Stored(shape=(8, 3, 3, 4))] * 2,
               Stored(shape=(1, 4, 4, 8))]  # fmt: skip
    model = memory_model(
        tensors, [("DENSIFY", (1,), (2,)), ("DEQUANTIZE", (2,), (3,)), ("CONV_2D", (0, 3), (4,))]
    )  # fmt: skip
    tensor = model.subgraphs[0].tensors[1]
    user = weights_user(tensor)
    assert user is not None and user.op_name == "CONV_2D"
    assert layout_of(tensor) == Layout(1, 8, 36, 0, True, 4)


def test_scales_say_it_where_the_operator_does_not() -> None:
    _, tensor = weights(np.zeros((4, 6), np.int8), "UNHEARD_OF", scale=np.ones(6), zero_point=np.zeros(6), dimension=1)
    assert layout_of(tensor) == Layout(4, 6, 1, 1, False, 0)


def keras_layout(class_name: str, weight: str, shape: tuple[int, ...], role: str = "weights") -> Layout:
    stored = Stored(np.zeros(shape, np.float32), name=f"layer/{weight}", role=role)
    layers: list[dict[str, Any]] = [{"name": "layer"}]
    model = memory_model([stored], [(class_name, (0,), ())], layers=layers)
    return layout_of(model.subgraphs[0].tensors[0])


@pytest.mark.parametrize(
    ("class_name", "weight", "shape", "expected"),
    [
        ("Dense", "kernel", (6, 8), Layout(6, 8, 1, 1, True, 6)),
        ("Conv2D", "kernel", (3, 3, 4, 8), Layout(36, 8, 1, 3, True, 4)),
        ("Conv2DTranspose", "kernel", (3, 3, 8, 4), Layout(9, 8, 4, 2, True, 4)),
        ("SeparableConv2D", "depthwise_kernel", (3, 3, 4, 2), Layout(9, 8, 1, 2, True, 0)),
        ("SeparableConv2D", "pointwise_kernel", (1, 1, 8, 5), Layout(8, 5, 1, 3, True, 8)),
        ("LSTM", "recurrent_kernel", (8, 32), Layout(8, 32, 1, 1, True, 8)),
        ("Embedding", "embeddings", (100, 8), Layout(1, 1, 800)),
        ("Dense", "bias", (8,), Layout(1, 1, 8)),
    ],
)
def test_keras_kernels_have_their_channels_last(
    class_name: str, weight: str, shape: tuple[int, ...], expected: Layout
) -> None:
    assert keras_layout(class_name, weight, shape, "bias" if weight == "bias" else "weights") == expected
