"""Output shapes from a layer's options, checked by hand; unknown and impossible ones are None."""

from typing import Any

import pytest

from inspector.formats.keras_shapes import RULES, output_shapes
from tests.keras_builders import layer

N = None

CASES: tuple[tuple[str, dict[str, Any], list[Any], Any], ...] = (
    ("Dense", {"units": 4}, [(N, 7)], (N, 4)),
    ("Dense", {"units": 4}, [(2, 5, 7)], (2, 5, 4)),
    ("Dense", {"output_dim": 4}, [(N, 7)], (N, 4)),  # Keras 1
    ("Conv1D", {"filters": 6, "kernel_size": [3], "strides": [2], "padding": "valid"}, [(N, 10, 4)], (N, 4, 6)),
    ("Conv1D", {"filters": 6, "kernel_size": 3, "padding": "causal", "dilation_rate": 4}, [(N, 10, 4)], (N, 10, 6)),
    ("Conv2D", {"filters": 8, "kernel_size": [3, 5], "strides": [1, 2], "padding": "valid"},
     [(N, 9, 12, 3)], (N, 7, 4, 8)),
    ("Conv2D", {"filters": 8, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same"},
     [(N, 9, N, 3)], (N, 5, N, 8)),
    ("Conv2D", {"filters": 8, "kernel_size": [3, 3], "data_format": "channels_first"}, [(N, 3, 9, 12)], (N, 8, 7, 10)),
    ("Conv2D", {"filters": 8, "kernel_size": [3, 3], "dilation_rate": [2, 3]}, [(N, 9, 12, 3)], (N, 5, 6, 8)),
    ("Conv3D", {"filters": 2, "kernel_size": [2, 2, 2]}, [(N, 4, 5, 6, 1)], (N, 3, 4, 5, 2)),
    ("SeparableConv2D", {"filters": 9, "kernel_size": [3, 3], "padding": "same"}, [(N, 8, 8, 2)], (N, 8, 8, 9)),
    ("DepthwiseConv2D", {"kernel_size": [3, 3], "depth_multiplier": 2}, [(N, 8, 8, 5)], (N, 6, 6, 10)),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same"},
     [(N, 7, 7, 8)], (N, 14, 14, 4)),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": [4, 4], "strides": [3, 3], "padding": "valid"},
     [(N, 5, 5, 8)], (N, 16, 16, 4)),
    ("Conv2DTranspose",
     {"filters": 4, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same", "output_padding": [1, 1]},
     [(N, 7, 7, 8)], (N, 14, 14, 4)),
    ("MaxPooling2D", {"pool_size": [2, 2]}, [(N, 7, 8, 3)], (N, 3, 4, 3)),
    ("AveragePooling2D", {"pool_size": [3, 3], "strides": [2, 2], "padding": "same"}, [(N, 7, 8, 3)], (N, 4, 4, 3)),
    ("MaxPooling1D", {"pool_size": 4, "strides": 2}, [(N, 11, 3)], (N, 4, 3)),
    ("GlobalAveragePooling2D", {}, [(N, 7, 8, 3)], (N, 3)),
    ("GlobalMaxPooling1D", {"keepdims": True}, [(N, 7, 3)], (N, 1, 3)),
    ("GlobalAveragePooling2D", {"data_format": "channels_first"}, [(N, 3, 7, 8)], (N, 3)),
    ("Flatten", {}, [(N, 4, 5, 2)], (N, 40)),
    ("Flatten", {}, [(N, 4, N)], (N, N)),
    ("Reshape", {"target_shape": [4, -1]}, [(N, 6, 6)], (N, 4, 9)),
    ("Reshape", {"target_shape": [-1, 2]}, [(N, N, 6)], (N, N, 2)),
    ("Permute", {"dims": [2, 1]}, [(N, 3, 8)], (N, 8, 3)),
    ("RepeatVector", {"n": 5}, [(N, 8)], (N, 5, 8)),
    ("ZeroPadding2D", {"padding": [[1, 2], [3, 0]]}, [(N, 4, 4, 1)], (N, 7, 7, 1)),
    ("ZeroPadding1D", {"padding": [2, 3]}, [(N, 4, 1)], (N, 9, 1)),
    ("ZeroPadding1D", {"padding": 1}, [(N, 4, 1)], (N, 6, 1)),
    ("Cropping2D", {"cropping": [[1, 1], [0, 2]]}, [(N, 9, 9, 1)], (N, 7, 7, 1)),
    ("UpSampling2D", {"size": [2, 3]}, [(N, 4, 4, 1)], (N, 8, 12, 1)),
    ("Concatenate", {"axis": -1}, [(N, 4, 3), (N, 4, 5)], (N, 4, 8)),
    ("Concatenate", {"axis": 1}, [(N, 4, 3), (N, N, 3)], (N, N, 3)),
    ("Add", {}, [(N, 4, 1), (N, 1, 3)], (N, 4, 3)),
    ("Multiply", {}, [(N, 7, 7, 8), (N, 1, 1, 8)], (N, 7, 7, 8)),
    ("Dot", {"axes": 1}, [(N, 6), (N, 6)], (N, 1)),
    ("Dot", {"axes": [2, 1]}, [(N, 4, 6), (N, 6, 3)], (N, 4, 3)),
    ("BatchNormalization", {}, [(N, 4, 4, 2)], (N, 4, 4, 2)),
    ("Embedding", {"output_dim": 16}, [(N, 20)], (N, 20, 16)),
    ("LSTM", {"units": 8}, [(N, 20, 4)], (N, 8)),
    ("GRU", {"units": 8, "return_sequences": True}, [(N, N, 4)], (N, N, 8)),
    ("ConvLSTM2D", {"filters": 3, "kernel_size": [3, 3], "return_sequences": True, "padding": "same"},
     [(N, 5, 8, 8, 2)], (N, 5, 8, 8, 3)),
    ("Bidirectional", {"layer": layer("LSTM", "l", units=5), "merge_mode": "concat"}, [(N, 7, 2)], (N, 10)),
    ("Bidirectional", {"layer": layer("LSTM", "l", units=5, return_sequences=True), "merge_mode": "sum"},
     [(N, 7, 2)], (N, 7, 5)),
    ("TimeDistributed", {"layer": layer("Dense", "d", units=3)}, [(N, 7, 2)], (N, 7, 3)),
    ("PruneLowMagnitude", {"layer": layer("Conv2D", "c", filters=2, kernel_size=[3, 3])}, [(N, 5, 5, 1)], (N, 3, 3, 2)),
    ("QuantizeWrapperV2", {"layer": layer("Dense", "d", units=3)}, [(N, 2)], (N, 3)),
    ("Merge", {"mode": "concat", "concat_axis": -1}, [(N, 3), (N, 5)], (N, 8)),  # Keras 1
    ("TFOpLambda", {"function": "math.multiply"}, [(N, 4, 3)], (N, 4, 3)),
    ("Resizing", {"height": 10, "width": 20}, [(N, 4, 4, 3)], (N, 10, 20, 3)),
)  # fmt: skip


@pytest.mark.parametrize(("class_name", "config", "inputs", "expected"), CASES, ids=lambda value: str(value)[:40])
def test_output_shape(class_name: str, config: Any, inputs: Any, expected: Any) -> None:
    assert output_shapes(class_name, config, inputs)[0] == expected


def test_a_layer_that_gives_its_state_has_three_outputs() -> None:
    assert output_shapes("LSTM", {"units": 3, "return_state": True}, [(None, 4, 2)]) == [(None, 3)] * 3
    assert output_shapes("GRU", {"units": 3, "return_state": True}, [(None, 4, 2)]) == [(None, 3)] * 2


IMPOSSIBLE: tuple[dict[str, Any], ...] = (
    {}, {"units": "many"}, {"kernel_size": [0, 0], "filters": 3}, {"strides": [0, 0], "pool_size": [2, 2]},
    {"layer": 5}, {"target_shape": [-1, 0]}, {"dims": [9]}, {"axis": None, "axes": "x"},
    {"padding": [[1], [2]], "cropping": [[9, 9], [9, 9]]},
    {"size": [[1], "x"], "strides": [[1], [2]], "kernel_size": ["x", []], "pool_size": [[1], [2]], "filters": 1},
    {"units": -3, "filters": -1, "output_dim": -1, "n": -1},
)  # fmt: skip
INPUTS: tuple[list[Any], ...] = (
    [],
    [()],
    [(N,)],
    [(N, 3)],
    [(N, 4, 4, 3)],
    [None],
    [(N, 2), (N, 2, 2)],
    [(0, 0, 0)],
    [(N, 1 << 40, 9, 3)],
)


@pytest.mark.parametrize("class_name", sorted(RULES))
def test_impossible_options_give_no_shape_and_no_error(class_name: str) -> None:
    for config in IMPOSSIBLE:
        for inputs in INPUTS:
            shapes = output_shapes(class_name, config, inputs)
            assert shapes
            for shape in shapes:
                assert shape is None or all(size is None or size >= 0 for size in shape)


def test_an_unknown_class_has_no_shape() -> None:
    assert output_shapes("MyLayer", {"units": 3}, [(None, 3)]) == [None]
