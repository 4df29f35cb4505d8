"""What a row of each table shows: one description for window, command line, CSV, JSON and HTML.

`value` feeds sorting, CSV and JSON; `text` feeds the screen. A new column is one line here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from inspector.model.graph import Operator
from inspector.model.tensor import Tensor
from inspector.model.text import bytes_text, percent_text, quantization_text, shape_text

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """`key` is the name in JSON and CSV, `title` the header on screen, `tip` what the number means, in a sentence.

    `style` tells the painter: "text", "mono", "number", "bytes", "chip" (a type), "share" (a bar from 0 to 1).
    `interface`: part of the JSON and CSV; `shown`: part of the table on screen.
    """

    key: str
    title: str
    value: Callable[[Row], Any]
    text: Callable[[Row], str] | None = None
    style: str = "text"
    tip: str = ""
    interface: bool = True
    shown: bool = True

    @property
    def numeric(self) -> bool:
        return self.style in ("number", "bytes", "share")

    def display(self, row: Row) -> str:
        if self.text is not None:
            return self.text(row)
        value = self.value(row)
        if value is None:
            return ""
        if self.style == "bytes":
            return bytes_text(value)
        if self.style == "share":
            return percent_text(value)
        return f"{value:,}" if self.style == "number" and isinstance(value, int) else str(value)


def used_by_text(tensor: Tensor) -> str:
    """`#12 CONV_2D +1`: the first operator that reads the tensor, and how many more."""
    consumers = tensor.owner.consumers(tensor.index)
    if not consumers:
        return ""
    first = f"#{consumers[0]} {tensor.owner.operator_columns.op_names[consumers[0]]}"
    return first if len(consumers) == 1 else f"{first} +{len(consumers) - 1}"


def stored_sparsity(tensor: Tensor) -> float | None:
    """1 - stored / dense elements from SparsityParameters; None for a tensor that is stored densely."""
    sparsity = tensor.sparsity
    return 1 - sparsity.stored_elements / tensor.elements if sparsity is not None and tensor.elements else None


def tensor_label(tensor: Tensor) -> str:
    """`T#9`, and `T#1_9` in subgraph 1, as the Analyzer writes it."""
    return f"T#{tensor.index}" if tensor.subgraph == 0 else f"T#{tensor.subgraph}_{tensor.index}"


TENSOR_COLUMNS: tuple[Column[Tensor], ...] = (
    Column("subgraph", "Subgraph", lambda t: t.subgraph, style="number", shown=False),
    Column("index", "T#", lambda t: t.index, tensor_label, style="mono", tip="Index in subgraph.tensors."),
    Column("name", "Name", lambda t: t.name, style="mono", tip="As in the file; +2: names fused behind the first one."),
    Column("type", "Type", lambda t: t.type.name, style="chip",
           tip="How elements are stored. INT8 with a scale: real = scale x (q - zero_point)."),
    Column("shape", "Shape", lambda t: list(t.shape), lambda t: shape_text(t.shape), style="mono",
           tip="Elements = the product of the dimensions; the first one of an activation is the batch."),
    Column("shape_signature", "Signature", lambda t: None if t.shape_signature is None else list(t.shape_signature),
           lambda t: shape_text(t.shape_signature), style="mono", shown=False,
           tip="The shape with -1 for each dynamic dimension."),
    Column("kind", "Kind", lambda t: t.kind, lambda t: t.role or t.kind,
           tip="What it is: a constant's role for its operator, or input, output, variable, activation."),
    Column("bytes", "Bytes", lambda t: t.bytes, style="bytes",
           tip="What the file stores for a constant; elements x item size for an activation."),
    Column("buffer", "Buffer", lambda t: t.buffer, style="number", shown=False),
    Column("scale", "Scale", lambda t: t.scale, lambda t: quantization_text(t.quantization), shown=False),
    Column("zero_point", "Zero point", lambda t: t.zero_point, shown=False),
    Column("quantized_dimension", "Dimension", lambda t: t.quantized_dimension, style="number", shown=False),
    Column("quantization", "Quantization", lambda t: t.scale, lambda t: quantization_text(t.quantization),
           interface=False, tip="scale, zero_point; or how many channels have one each, and on which dimension."),
    Column("used_by", "Used by", lambda t: t.owner.consumers(t.index), used_by_text, style="mono", interface=False,
           tip="The first operator that reads it, and how many more do."),
)  # fmt: skip


def zero_fraction_column(known: Mapping[tuple[int, int], float | None]) -> Column[Tensor]:
    """The zero fraction, from what is computed so far: (subgraph, index) -> share."""
    return Column(
        "zero_fraction", "Zero fraction", lambda t: known.get((t.owner.index, t.index)), style="share",
        tip="Share of elements whose real value is 0: q == zero_point, per channel; -0.0 counts.",
    )  # fmt: skip


STORED_SPARSITY: Column[Tensor] = Column(
    "stored_sparsity", "Stored sparsity", stored_sparsity, style="share", shown=False,
    tip="1 - stored / dense elements, for tensors the file stores sparsely.",
)  # fmt: skip


def _tensor_list(indices: tuple[int, ...]) -> str:
    return ", ".join("none" if index < 0 else f"T#{index}" for index in indices)


def options_text(operator: Operator) -> str:
    """`padding SAME, stride_w 1`: every option by name."""
    return ", ".join(f"{name} {value}" for name, value in operator.options.items())


OPERATOR_COLUMNS: tuple[Column[Operator], ...] = (
    Column("subgraph", "Subgraph", lambda o: o.subgraph, style="number", shown=False),
    Column("index", "#", lambda o: o.index, style="number", tip="Index in subgraph.operators, the same everywhere."),
    Column("op_name", "op_name", lambda o: o.op_name, style="mono", tip="The operator's name in the schema."),
    Column("inputs", "Inputs", lambda o: list(o.inputs), lambda o: _tensor_list(o.inputs), style="mono",
           tip="Indices of the tensors it reads, in the schema's order; none: an optional one is left out."),
    Column("outputs", "Outputs", lambda o: list(o.outputs), lambda o: _tensor_list(o.outputs), style="mono",
           tip="Indices of the tensors it computes."),
    Column("output_shape", "Output shape", lambda o: None if o.output_shape is None else list(o.output_shape),
           lambda o: shape_text(o.output_shape), style="mono", tip="Shape of its first output."),
    Column("options", "Options", lambda o: dict(o.options), options_text, tip="Named as in the schema."),
)  # fmt: skip

LAYER_COLUMNS: tuple[Column[Operator], ...] = (
    OPERATOR_COLUMNS[0],
    OPERATOR_COLUMNS[1],
    Column("name", "Layer", lambda o: o.name, style="mono", tip="The layer's name in the model."),
    Column("op_name", "Class", lambda o: o.op_name, style="mono", tip="The layer's class."),
    Column("output_shape", "Output shape", lambda o: None if o.output_shape is None else list(o.output_shape),
           lambda o: shape_text(o.output_shape), style="mono", tip="Shape of its output; -1: any size."),
    Column("parameters", "Parameters", lambda o: o.parameters, style="number",
           tip="Elements of all its weights, trainable or not."),
    Column("inbound", "Reads", lambda o: list(o.inbound),
           lambda o: ", ".join(o.owner.operators[i].name for i in o.inbound), style="mono",
           tip="The layers whose outputs it reads."),
    Column("inputs", "Weights", lambda o: list(o.inputs), lambda o: _tensor_list(o.inputs), style="mono",
           tip="Indices of its weights among the tensors."),
    Column("outputs", "Outputs", lambda o: list(o.outputs), lambda o: _tensor_list(o.outputs), shown=False),
    OPERATOR_COLUMNS[-1],
)  # fmt: skip
