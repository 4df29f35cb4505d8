"""A model made of columns and arrays, for tests of the window: no file, every kind of tensor a panel shows."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inspector.analysis.measurements import Measurements
from inspector.errors import ValuesError
from inspector.gui.session import OpenModel, Session
from inspector.model import (
    Model,
    Operator,
    OperatorColumns,
    Quantization,
    QuantizationTable,
    Subgraph,
    Tensor,
    TensorColumns,
    tensor_type,
)  # fmt: skip

FLOAT32, INT32, INT8 = tensor_type(0), tensor_type(2), tensor_type(9)


class ArrayStorage:
    """The values of each tensor as an array; a tensor without one is unreadable."""

    def __init__(self, arrays: dict[tuple[int, int], np.ndarray[Any, Any]]) -> None:
        self.arrays = arrays

    def check(self) -> None:
        """Nothing can change."""

    def chunks(self, tensor: Tensor, elements: int) -> Iterator[np.ndarray[Any, Any]]:
        flat = self.values(tensor).reshape(-1)
        for start in range(0, flat.size, elements):
            yield flat[start : start + elements]

    def values(self, tensor: Tensor) -> np.ndarray[Any, Any]:
        array = self.arrays.get((tensor.subgraph, tensor.index))
        if array is None:
            raise ValuesError(f"T#{tensor.index} {tensor.name} has no values: its buffer is damaged.")
        return array

    def raw(self, tensor: Tensor) -> bytes:
        return self.values(tensor).tobytes()

    def gather(self, tensors: Sequence[Tensor]) -> bytes:
        return b"".join(self.raw(tensor) for tensor in tensors)


def quantization_table(rows: Sequence[Quantization | None]) -> QuantizationTable:
    scales = [row.scale if row is not None else np.zeros(0, np.float32) for row in rows]
    zeros = [row.zero_point if row is not None else np.zeros(0, np.int64) for row in rows]
    return QuantizationTable(
        np.concatenate(scales),
        np.cumsum([0, *map(len, scales)]),
        np.concatenate(zeros),
        np.cumsum([0, *map(len, zeros)]),
        np.array([row.quantized_dimension if row is not None else 0 for row in rows], np.int32),
    )


def small_model(subgraphs: int = 1, optimizer: bool = False) -> Model:
    """input -> CONV_2D(kernel per channel, bias) -> RESHAPE(shape) -> output; a second kernel in the same buffer, an
    unreadable constant."""
    rng = np.random.default_rng(3)
    kernel = rng.integers(-127, 128, (4, 3, 3, 2)).astype(np.int8)
    kernel[0, 0, 0] = 0
    rows: list[tuple[str, Any, tuple[int, ...], str, int | None, Any]] = [
        ("input", FLOAT32, (1, 8, 8, 2), "input", None, None),
        ("conv/kernel;conv/Conv2D;conv/BiasAdd", INT8, (4, 3, 3, 2), "constant", 2, kernel),
        ("conv/bias", FLOAT32, (4,), "constant", 3, np.array([0, 0.5, -0.25, 0], np.float32)),
        ("conv", FLOAT32, (1, 8, 8, 4), "activation", None, None),
        ("shape", INT32, (2,), "constant", 4, np.array([1, 256], np.int32)),
        ("output", FLOAT32, (1, 256), "output", None, None),
        ("conv/kernel_copy", INT8, (4, 3, 3, 2), "constant", 2, kernel),
        ("broken", INT8, (100,), "constant", 5, None),
    ]  # fmt: skip
    if optimizer:
        rows.append(("adam/m", FLOAT32, (4,), "optimizer", None, np.ones(4, np.float32)))
    per_channel = Quantization(np.array([0.1, 0.2, 0.3, 0.4], np.float32), np.zeros(4, np.int64), 0)
    scales = [per_channel if row[0].startswith("conv/kernel") else None for row in rows]
    scales[7] = Quantization(np.array([0.5], np.float32), np.array([-3], np.int64))
    arrays, made = {}, []
    for number in range(subgraphs):
        columns = TensorColumns(
            [row[0] for row in rows],
            [row[1] for row in rows],
            [row[2] for row in rows],
            [None] * len(rows),
            [row[3] for row in rows],
            [int(np.prod(row[2])) * row[1].bits // 8 for row in rows],
            [row[4] for row in rows],
            quantization_table(scales),
        )
        operators = OperatorColumns(
            ["CONV_2D", "RESHAPE"], [(0, 1, 2), (3, 4)], [(3,), (5,)], [3, 1], options=_options,
        )  # fmt: skip
        made.append(Subgraph(number, f"graph{number}", columns, operators, (0,), (5,)))
        arrays |= {(number, place): row[5] for place, row in enumerate(rows) if row[5] is not None}
    kind = "keras_h5" if optimizer else "tflite"
    return Model(Path("small.tflite"), kind, 4_000, tuple(made), ArrayStorage(arrays))


def _options(index: int) -> dict[str, Any]:
    return {"padding": "SAME", "stride_w": 1, "stride_h": 1} if index == 0 else {"new_shape": [1, 256]}


def open_in(session: Session, model: Model) -> OpenModel:
    """Puts a model into the session, as opening its file does."""
    opened = OpenModel(model, Measurements(model))
    session.models.append(opened)
    session.model_opened.emit(opened)
    session.set_current(opened)
    return opened


__all__ = ["ArrayStorage", "Operator", "open_in", "quantization_table", "small_model"]
