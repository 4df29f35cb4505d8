"""A model as this program sees it, whatever file it came from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from inspector.errors import ValuesError
from inspector.model.finding import Finding
from inspector.model.graph import Operator, Signature, Subgraph
from inspector.model.tensor import Tensor
from inspector.printable import name_text

Array = np.ndarray[Any, np.dtype[Any]]


class Storage(Protocol):
    """Where a model's values are. Every call first makes sure that the file is still the one that was opened."""

    def check(self) -> None:
        """Raises FileChangedError if the file changed or vanished."""

    def chunks(self, tensor: Tensor, elements: int) -> Iterator[Array]:
        """The stored elements in order, flat, dense and unpacked (dtype: tensor.type.dtype), at most `elements` at a
        time. A chunk is only good until the next is asked for. Raises ValuesError, FileChangedError."""

    def values(self, tensor: Tensor) -> Array:
        """All stored elements in the tensor's shape, read-only. Raises ValuesError, FileChangedError."""

    def raw(self, tensor: Tensor) -> bytes:
        """The bytes the file holds for the tensor, as they stand there."""

    def gather(self, tensors: Sequence[Tensor]) -> bytes:
        """`raw` of many small tensors, one behind another: one pass where single reads would cost 120,000 calls."""


@dataclass(frozen=True, slots=True, eq=False)
class Buffers:
    """The buffers of a TFLite file: `size` bytes at `offset` of the file; `place` 0 inside the flatbuffer, 1 behind it,
    2 in an external file, -1 where the entry is damaged. External buffers stand behind the file's own, as further rows;
    Tensor.buffer counts them so."""

    offset: Array
    size: Array
    place: Array


@dataclass(frozen=True, slots=True)
class Metadata:
    """One metadata entry: its name, size in bytes, and its text where it is text."""

    name: str
    size_bytes: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class AssociatedFile:
    """A file packed behind the model (a zip of labels and the like); `text` is the head of it where it is text."""

    name: str
    size_bytes: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class ParameterTotals:
    """What Keras' summary() totals; `optimizer` counts the optimizer's state apart."""

    total: int
    trainable: int
    non_trainable: int
    optimizer: int = 0


@dataclass(frozen=True, eq=False)
class Model:
    """An opened model. `format` is "tflite", "keras_h5", "keras_zip" or "keras_weights"; `facts` are lines for people
    such as {"schema version": "3", "Keras version": "3.9.2"}; `findings` what the reader itself found wrong."""

    path: Path
    format: str
    size_bytes: int
    subgraphs: tuple[Subgraph, ...]
    storage: Storage
    signatures: tuple[Signature, ...] = ()
    description: str = ""
    metadata: tuple[Metadata, ...] = ()
    associated_files: tuple[AssociatedFile, ...] = ()
    buffers: Buffers | None = None
    findings: tuple[Finding, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    parameters: ParameterTotals | None = None

    @property
    def is_keras(self) -> bool:
        return self.format.startswith("keras")

    def tensors(self, optimizer: bool = False) -> Iterator[Tensor]:
        """The tensors of all subgraphs in order; an optimizer's state only when asked for."""
        for subgraph in self.subgraphs:
            for tensor in subgraph.tensors:
                if optimizer or tensor.kind != "optimizer":
                    yield tensor

    def operators(self) -> Iterator[Operator]:
        for subgraph in self.subgraphs:
            yield from subgraph.operators

    def inputs(self) -> list[Tensor]:
        """The inputs of the first subgraph."""
        return _named_tensors(self.subgraphs, True)

    def outputs(self) -> list[Tensor]:
        return _named_tensors(self.subgraphs, False)

    def values(self, tensor: Tensor, dequantized: bool = False) -> Array:
        """A tensor's values in its shape, read-only: stored levels, or real values (float32) when `dequantized`.

        Raises ValuesError where there are none, FileChangedError when the file is no longer the one opened.
        """
        stored = self.storage.values(tensor)
        quantization = tensor.quantization
        if not dequantized or quantization is None or not tensor.type.is_integer or not quantization.scale.size:
            return stored
        check_quantization(tensor)
        real = quantization.dequantize(stored)
        real.flags.writeable = False
        return real


def check_quantization(tensor: Tensor) -> None:
    """Raises ValuesError if the tensor's scales don't fit its shape."""
    quantization = tensor.quantization
    if quantization is None:
        return
    for title, size in (("scales", quantization.scale.size), ("zero points", quantization.zero_point.size)):
        dimension = quantization.quantized_dimension
        if size > 1 and (not 0 <= dimension < len(tensor.shape) or tensor.shape[dimension] != size):
            raise ValuesError(
                f"T#{tensor.index} {name_text(tensor.name)} has {size:,} {title} on dimension {dimension} of shape "
                f"{list(tensor.shape)}; show its stored values instead."
            )


def _named_tensors(subgraphs: tuple[Subgraph, ...], inputs: bool) -> list[Tensor]:
    if not subgraphs:
        return []
    first = subgraphs[0]
    chosen = first.inputs if inputs else first.outputs
    return [first.tensors[index] for index in chosen if 0 <= index < len(first.tensors)]
