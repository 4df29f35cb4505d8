"""Multiply-accumulates and parameters against figures worked out by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.analysis.macs import MacTotals, model_macs, model_parameters, operator_macs, operator_parameters
from inspector.model import Model
from tests.analysis.memory_model import Stored, memory_model


def shapes(*given: tuple[int, ...]) -> list[Stored]:
    return [Stored(shape=shape) for shape in given]


def one(op_name: str, inputs: list[tuple[int, ...]], output: tuple[int, ...], **options: Any) -> int | None:
    """MACs of one operator by the shapes of its tensors; () stands for an input that is left out."""
    places = tuple(index if shape else -1 for index, shape in enumerate(inputs))
    model = memory_model([*shapes(*inputs), *shapes(output)], [(op_name, places, (len(inputs),))], options=[options])
    return operator_macs(model.subgraphs[0].operators[0])


@pytest.mark.parametrize(
    ("op_name", "inputs", "output", "macs"),
    [
        # 4 x 4 positions, 8 channels out, each 3 x 3 x 3 products
        ("CONV_2D", [(1, 8, 8, 3), (8, 3, 3, 3), (8,)], (1, 4, 4, 8), 4 * 4 * 8 * 27),
        # two groups: the filter holds half the channels
        ("CONV_2D", [(1, 4, 4, 8), (6, 1, 1, 4)], (1, 4, 4, 6), 16 * 6 * 4),
        ("CONV_2D", [(2, 4, 4, 8), (6, 1, 1, 8)], (2, 4, 4, 6), 2 * 16 * 6 * 8),  # a fixed batch of 2
        ("DEPTHWISE_CONV_2D", [(1, 8, 8, 4), (1, 3, 3, 8)], (1, 8, 8, 8), 64 * 8 * 9),
        # each of 16 inputs x 3 channels meets a kernel of 2 x 2 x 5
        ("TRANSPOSE_CONV", [(4,), (5, 2, 2, 3), (1, 4, 4, 3)], (1, 8, 8, 5), 16 * 3 * 20),
        ("Convolution2DTransposeBias", [(1, 4, 4, 3), (5, 2, 2, 3), (5,)], (1, 8, 8, 5), 16 * 3 * 20),
        ("CONV_3D", [(1, 4, 4, 4, 2), (3, 3, 3, 2, 5)], (1, 2, 2, 2, 5), 8 * 5 * 27 * 2),
        ("CONV_3D_TRANSPOSE", [(5,), (2, 2, 2, 5, 3), (1, 4, 4, 4, 3)], (1, 8, 8, 8, 5), 64 * 3 * 8 * 5),
        ("FULLY_CONNECTED", [(1, 784), (10, 784), (10,)], (1, 10), 7840),
        ("FULLY_CONNECTED", [(1, 7, 7, 16), (10, 784), (10,)], (1, 10), 7840),
        ("FULLY_CONNECTED", [(1, 5, 8), (3, 8), ()], (1, 5, 3), 5 * 8 * 3),  # keep_num_dims
        ("BATCH_MATMUL", [(2, 3, 4), (2, 4, 5)], (2, 3, 5), 2 * 3 * 5 * 4),
        ("SVDF", [(1, 40), (16, 40), (16, 10), (16,), (1, 160)], (1, 16), 16 * 40 + 16 * 10),
        ("RNN", [(1, 6), (4, 6), (4, 4), (4,), (1, 4)], (1, 4), 24 + 16),
        ("UNIDIRECTIONAL_SEQUENCE_RNN", [(1, 9, 6), (4, 6), (4, 4), (4,), (1, 4)], (1, 9, 4), 9 * 40),
        (
            "UNIDIRECTIONAL_SEQUENCE_LSTM",
            [(1, 9, 6), *[(4, 6)] * 4, *[(4, 4)] * 4, (), (), (), *[(4,)] * 4, (), (), (1, 4), (1, 4)],
            (1, 9, 4),
            9 * (4 * 24 + 4 * 16),
        ),
        ("ADD", [(1, 4), (1, 4)], (1, 4), 0),
        ("MAX_POOL_2D", [(1, 8, 8, 4)], (1, 4, 4, 4), 0),
        ("SOFTMAX", [(1, 10)], (1, 10), 0),
    ],
)
def test_macs_are_those_worked_out_by_hand(
    op_name: str, inputs: list[tuple[int, ...]], output: tuple[int, ...], macs: int
) -> None:
    assert one(op_name, inputs, output) == macs


def test_adj_x_takes_the_other_dimension() -> None:
    assert one("BATCH_MATMUL", [(2, 4, 3), (2, 4, 5)], (2, 3, 5), adj_x=True) == 2 * 3 * 5 * 4


@pytest.mark.parametrize("op_name", ["TFLite_Detection_PostProcess", "WHILE", "RFFT2D", "STABLEHLO_DOT_GENERAL"])
def test_what_has_no_formula_is_not_counted(op_name: str) -> None:
    assert one(op_name, [(1, 4)], (1, 4)) is None


@pytest.mark.parametrize(
    ("op_name", "inputs", "output"),
    [
        ("CONV_2D", [(1, 8, 8, 3)], (1, 4, 4, 8)),  # no weights
        ("CONV_2D", [(1, 8, 8, 3), (8, 3)], (1, 4, 4, 8)),  # weights of rank 2
        ("CONV_2D", [(1, 8, 8, 3), (8, 3, 3, 3)], (1, -4, 4, 8)),
        ("BATCH_MATMUL", [(4,), (4,)], (1,)),
    ],
)
def test_impossible_shapes_are_not_counted(
    op_name: str, inputs: list[tuple[int, ...]], output: tuple[int, ...]
) -> None:
    assert one(op_name, inputs, output) is None


def test_an_index_out_of_range_is_not_counted() -> None:
    model = memory_model(shapes((1, 4), (1, 4)), [("FULLY_CONNECTED", (0, 9), (1,))])
    assert operator_macs(model.subgraphs[0].operators[0]) is None


def small_network() -> Model:
    """Two layers that share one weight tensor, a custom operator, weights behind DEQUANTIZE."""
    tensors = [
        *shapes((1, 4), (1, 4), (1, 4), (1, 4), (2, 4), (1, 2)),
        np.ones((4, 4), np.float32), np.ones(4, np.float32), np.ones((2, 4), np.float16),
    ]  # fmt: skip
    operators = [
        ("FULLY_CONNECTED", (0, 6, 7), (1,)), ("FULLY_CONNECTED", (1, 6, -1), (2,)), ("Mine", (2,), (3,)),
        ("DEQUANTIZE", (8,), (4,)), ("FULLY_CONNECTED", (3, 4), (5,)),
    ]  # fmt: skip
    return memory_model(tensors, operators)


def test_totals_say_what_they_left_out() -> None:
    assert model_macs(small_network()) == MacTotals(macs=16 + 16 + 8, counted=4, not_counted=1)


def test_parameters_of_an_operator_reach_through_dequantize() -> None:
    operators = small_network().subgraphs[0].operators
    assert [operator_parameters(operator) for operator in operators] == [20, 16, 0, 0, 8]


def test_a_weight_that_two_operators_share_counts_once_in_total() -> None:
    counts = model_parameters(small_network())
    assert (counts.total, counts.weights, counts.biases) == (28, 24, 4)


def layer(
    class_name: str,
    weights: list[tuple[int, ...]],
    output: tuple[int | None, ...] | None,
    source: tuple[int | None, ...] | None = None,
    **options: Any,
) -> int | None:
    """MACs of one Keras layer behind an input layer of shape `source`."""
    tensors = [Stored(np.zeros(shape, np.float32), role="weights" if len(shape) > 1 else "bias") for shape in weights]
    model = memory_model(
        tensors,
        [("InputLayer", (), ()), (class_name, tuple(range(len(weights))), ())],
        options=[{}, options],
        layers=[{"name": "input", "output_shape": source}, {"name": "layer", "output_shape": output, "inbound": (0,)}],
    )
    return operator_macs(model.subgraphs[0].operators[1])


@pytest.mark.parametrize(
    ("class_name", "weights", "output", "source", "macs"),
    [
        ("Dense", [(8, 3), (3,)], (None, 3), (None, 8), 24),
        ("Dense", [(8, 3), (3,)], (None, 5, 3), (None, 5, 8), 5 * 24),
        ("Conv2D", [(3, 3, 4, 8), (8,)], (None, 6, 6, 8), (None, 8, 8, 4), 36 * 9 * 4 * 8),
        ("Conv1D", [(3, 4, 8), (8,)], (None, 6, 8), (None, 8, 4), 6 * 3 * 4 * 8),
        ("DepthwiseConv2D", [(3, 3, 4, 2)], (None, 6, 6, 8), (None, 8, 8, 4), 36 * 72),
        ("SeparableConv2D", [(3, 3, 4, 1), (1, 1, 4, 8)], (None, 6, 6, 8), (None, 8, 8, 4), 36 * (36 + 32)),
        ("Conv2DTranspose", [(2, 2, 5, 3), (5,)], (None, 8, 8, 5), (None, 4, 4, 3), 16 * 60),
        ("LSTM", [(6, 16), (4, 16), (16,)], (None, 4), (None, 9, 6), 9 * (96 + 64)),
        ("Bidirectional(GRU)", [(6, 12), (4, 12)] * 2, (None, 9, 8), (None, 9, 6), 9 * 2 * (72 + 48)),
        ("TimeDistributed(Dense)", [(8, 3), (3,)], (None, 5, 3), (None, 5, 8), 5 * 24),
        ("PruneLowMagnitude(Dense)", [(8, 3), (3,)], (None, 3), (None, 8), 24),
        ("BatchNormalization", [(8,), (8,)], (None, 8), (None, 8), 0),
        ("LSTM", [(6, 16), (4, 16)], (None, 4), (None, None, 6), None),  # a sequence of any length
        ("Dense", [(8, 3)], None, None, None),
        ("MyLayer", [(8, 3)], (None, 3), (None, 8), None),
    ],
)
def test_layers_count_like_the_operators_they_become(
    class_name: str,
    weights: list[tuple[int, ...]],
    output: tuple[int | None, ...] | None,
    source: tuple[int | None, ...] | None,
    macs: int | None,
) -> None:
    assert layer(class_name, weights, output, source) == macs


def test_channels_first_counts_the_positions_behind_the_channels() -> None:
    assert layer("Conv2D", [(3, 3, 4, 8)], (None, 8, 6, 6), (None, 4, 8, 8), data_format="channels_first") == 36 * 288


def test_the_emotion_model_has_the_figures_of_the_picture(shared_models: Path) -> None:
    from inspector.formats import open_model

    quantized = open_model(shared_models / "fer__emotion_model_quantized.tflite")
    assert model_macs(quantized) == MacTotals(10_163_392, 33, 0)
    counts = model_parameters(quantized)
    assert (counts.total, counts.weights, counts.biases) == (56_463, 55_472, 991)
    assert model_macs(open_model(shared_models / "fer__emotion_model.hdf5")).macs == 10_163_392
