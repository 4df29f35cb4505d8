"""A Model whose values stand in memory: what the tests of analysis measure, without a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from inspector.errors import ValuesError
from inspector.model import (
    TYPE_BY_NAME,
    Model,
    OperatorColumns,
    QuantizationTable,
    Sparsity,
    Subgraph,
    Tensor,
    TensorColumns,
)

Array = np.ndarray[Any, np.dtype[Any]]
_NAMES = {
    type_.dtype: name for name, type_ in TYPE_BY_NAME.items() if type_.dtype and type_.bits == 8 * type_.dtype.itemsize
}


@dataclass(eq=False)
class Stored:
    """A tensor to be: an array (None: an activation of `shape`), its type by name ("": that of the array) and scales.

    `role` is what it is in a Keras file; of a .tflite the operators decide.
    """

    values: Array | None = None
    type: str = ""
    scale: Any = None
    zero_point: Any = None
    dimension: int = 0
    name: str = ""
    shape: tuple[int, ...] = ()
    kind: str = ""
    role: str = ""
    sparsity: Sparsity | None = None


@dataclass(eq=False)
class MemoryStorage:
    """Implements inspector.model.Storage; chunks stand in one memory that the next chunk overwrites, as the readers'
    do. `pieces` cuts them at odd places."""

    arrays: Sequence[Array | None]
    pieces: int = 0
    reads: list[int] = field(default_factory=list)

    def check(self) -> None:
        pass

    def chunks(self, tensor: Tensor, elements: int) -> Iterator[Array]:
        flat = self._flat(tensor)
        self.reads.append(tensor.index)
        step = min(elements, self.pieces or elements)
        held = np.empty(min(step, len(flat)), flat.dtype)
        for start in range(0, len(flat), step):
            part = flat[start : start + step]
            held[: len(part)] = part
            yield held[: len(part)]

    def values(self, tensor: Tensor) -> Array:
        found = self._flat(tensor).reshape(tensor.shape)
        found.flags.writeable = False
        return found

    def raw(self, tensor: Tensor) -> bytes:
        return self._flat(tensor).tobytes()

    def gather(self, tensors: Sequence[Tensor]) -> bytes:
        return b"".join(map(self.raw, tensors))

    def _flat(self, tensor: Tensor) -> Array:
        array = self.arrays[tensor.index]
        if array is None:
            raise ValuesError(f"T#{tensor.index} has no data.")
        return array.reshape(-1)


def memory_model(
    tensors: Sequence[Stored | Array],
    operators: Sequence[tuple[str, tuple[int, ...], tuple[int, ...]]] = (),
    options: Sequence[dict[str, Any]] = (),
    inputs: tuple[int, ...] = (),
    outputs: tuple[int, ...] = (),
    pieces: int = 0,
    layers: Sequence[dict[str, Any]] = (),
    **fields: Any,
) -> Model:
    """A model of one subgraph. `operators` are (op_name, inputs, outputs). With `layers` it is a Keras model, each
    layer a dict of name, output_shape, inbound beside its entry in `operators`. `fields` are set on the Model."""
    stored = [given if isinstance(given, Stored) else Stored(given) for given in tensors]
    names = [one.type or _NAMES[np.dtype(one.values.dtype if one.values is not None else "f4")] for one in stored]
    arrays = [None if one.values is None else _as(one.values, name) for one, name in zip(stored, names, strict=True)]
    shapes = [one.shape if one.values is None else one.values.shape for one in stored]
    columns = TensorColumns(
        names=[one.name or f"tensor{index}" for index, one in enumerate(stored)],
        types=[TYPE_BY_NAME[name] for name in names],
        shapes=shapes,
        shape_signatures=[None] * len(stored),
        kinds=[
            one.kind or ("constant" if one.values is not None else "input" if i in inputs else
                         "output" if i in outputs else "activation")
            for i, one in enumerate(stored)
        ],
        stored_bytes=[None if array is None else array.nbytes for array in arrays],
        buffers=[None] * len(stored) if layers else [index + 1 for index in range(len(stored))],
        quantization=_quantization(stored),
        sparsity={index: one.sparsity for index, one in enumerate(stored) if one.sparsity is not None},
        roles={index: one.role for index, one in enumerate(stored) if one.role},
    )  # fmt: skip
    given_options = list(options) + [{}] * len(operators)
    made = OperatorColumns(
        op_names=[operator[0] for operator in operators],
        inputs=[operator[1] for operator in operators],
        outputs=[operator[2] for operator in operators],
        is_custom=[not operator[0].isupper() for operator in operators] if not layers else [],
        options=lambda index: given_options[index],
        names=[layer["name"] for layer in layers],
        output_shapes=[layer.get("output_shape") for layer in layers],
        parameters=[layer.get("parameters", 0) for layer in layers],
        inbound=[layer.get("inbound", ()) for layer in layers],
    )
    subgraph = Subgraph(0, "main", columns, made, inputs, outputs)
    settings: dict[str, Any] = {"format": "keras_h5" if layers else "tflite", "size_bytes": 0} | fields
    storage = MemoryStorage(arrays, pieces)
    return Model(Path("memory.tflite"), subgraphs=(subgraph,), storage=storage, **settings)


def weights(values: Array, op_name: str = "FULLY_CONNECTED", pieces: int = 0, **fields: Any) -> tuple[Model, Tensor]:
    """A model whose one operator has these weights at its second input; and their tensor."""
    model = memory_model(
        [Stored(shape=(1,)), Stored(values, **fields), Stored(shape=(1,))], [(op_name, (0, 1), (2,))], pieces=pieces
    )
    return model, model.subgraphs[0].tensors[1]


def constant(values: Array, pieces: int = 0, **fields: Any) -> tuple[Model, Tensor]:
    """A model of one constant that no operator reads; and its tensor."""
    model = memory_model([Stored(values, **fields)], pieces=pieces)
    return model, model.subgraphs[0].tensors[0]


def _as(values: Array, name: str) -> Array:
    dtype = TYPE_BY_NAME[name].dtype
    return np.ascontiguousarray(values if dtype is None else values.astype(dtype, copy=False))


def _quantization(stored: Sequence[Stored]) -> QuantizationTable:
    scales = [np.atleast_1d(np.asarray([] if one.scale is None else one.scale, np.float32)) for one in stored]
    zeros = [np.atleast_1d(np.asarray([] if one.zero_point is None else one.zero_point, np.int64)) for one in stored]
    return QuantizationTable(
        np.concatenate([*scales, np.zeros(0, np.float32)]),
        np.cumsum([0, *map(len, scales)]),
        np.concatenate([*zeros, np.zeros(0, np.int64)]),
        np.cumsum([0, *map(len, zeros)]),
        np.array([one.dimension for one in stored], np.int32),
    )


__all__ = ["MemoryStorage", "Stored", "constant", "memory_model", "weights"]
