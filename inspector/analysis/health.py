"""What a user should know about a model and can act on: warnings first, notes after, and "Nothing is damaged"."""

import re
from collections.abc import Iterator
from itertools import chain

import numpy as np

from inspector.analysis.buffers import BufferFindings
from inspector.analysis.keras_health import keras_findings
from inspector.analysis.ranges import UNEVEN_SCALES, scale_ratio
from inspector.analysis.scheme import Scheme, scheme_of
from inspector.analysis.scheme_facts import SMALL
from inspector.model import Finding, Level, Model, Subgraph
from inspector.model.text import bytes_text, plural, shape_text

Rows = tuple[tuple[int, int], ...]

_MADE_UP_NAME = re.compile(r"(arith\.constant|std\.constant|tfl\.pseudo_q?const|pseudo_q?const|[Cc]onst(ant)?)?_?\d*")


def findings(model: Model, buffers: BufferFindings | None = None) -> tuple[Finding, ...]:
    """The reader's findings and those from types, names and scales; with `buffers`, duplicates and zeros too.

    Sorted by weight, the reader's first of each; needs no values.
    """
    found = list(model.findings)
    found += keras_findings(model) if model.is_keras else _tflite_findings(model)
    if buffers is not None:
        found += _buffer_findings(buffers)
    if all(finding.level != Level.DAMAGE for finding in found):
        found.append(_sound(model))
    known: dict[tuple[str, str], Finding] = {}
    for finding in found:
        known.setdefault((finding.code, finding.title), finding)
    return tuple(sorted(known.values(), key=lambda finding: -finding.level))


def _sound(model: Model) -> Finding:
    tensors = sum(len(subgraph.tensors) for subgraph in model.subgraphs)
    operators = sum(len(subgraph.operators) for subgraph in model.subgraphs)
    if model.is_keras:
        detail = f"{plural(tensors, 'tensor')} and {plural(operators, 'layer')} were checked."
    else:
        detail = f"{plural(tensors, 'tensor')}, {plural(operators, 'operator')} and all buffer offsets were checked."
    return Finding(Level.GOOD, "sound", "Nothing is damaged", detail)


def _tflite_findings(model: Model) -> Iterator[Finding]:
    scheme = scheme_of(model)
    if not model.signatures:
        yield Finding(
            Level.WARNING, "no_signature", "No signature", "Inputs and outputs can only be found by position."
        )
    yield from _made_up_names(model)
    yield from _arithmetic(model, scheme)
    yield from _operators_to_bring(model)
    yield from _float_weights(model, scheme)
    yield from _scales(model, scheme)
    yield from _dynamic_dimensions(model)
    yield from _unread_constants(model)


def _rows(subgraph: Subgraph, indices: list[int]) -> Rows:
    return tuple((subgraph.index, index) for index in indices)


def _made_up_names(model: Model) -> Iterator[Finding]:
    rows: list[tuple[int, int]] = []
    constants = 0
    for subgraph in model.subgraphs:
        columns = subgraph.tensor_columns
        for index, kind in enumerate(columns.kinds):
            if kind == "constant":
                constants += 1
                if _MADE_UP_NAME.fullmatch(columns.names[index]):
                    rows.append((subgraph.index, index))
    if rows and 2 * len(rows) > constants:
        verb = "carries" if len(rows) == 1 else "carry"
        yield Finding(
            Level.WARNING, "no_names", f"{plural(len(rows), 'constant')} {verb} no layer name",
            "The converter made the names up. Compare pairs them by position.", tuple(rows),
        )  # fmt: skip


def _arithmetic(model: Model, scheme: Scheme) -> Iterator[Finding]:
    """What the types of data and weights mean where the model is to run."""
    if scheme.id == "int8_float_io":
        yield Finding(
            Level.NOTE, "float_io", "Inputs or outputs are FLOAT32 around an INT8 body",
            "QUANTIZE and DEQUANTIZE at the ends cost time and RAM; convert with INT8 inputs and outputs to drop them.",
            _ends(model, "FLOAT32"),
        )  # fmt: skip
    elif scheme.id == "legacy_uint8":
        yield Finding(
            Level.WARNING, "legacy_uint8", "UINT8 quantization of TensorFlow 1",
            "One scale per tensor, and no kernels in TFLM. Convert the source again to INT8.",
        )  # fmt: skip
    elif scheme.id in ("dynamic_range", "mixed"):
        hybrid = tuple(chain.from_iterable(_hybrid_operators(subgraph) for subgraph in model.subgraphs))
        if hybrid:
            yield Finding(
                Level.WARNING, "hybrid_operators", f"{plural(len(hybrid), 'hybrid operator')}: integer weights, "
                "FLOAT32 data", "TFLM stops at the first of them. Phones and computers run them.", operators=hybrid,
            )  # fmt: skip


_MULTIPLY = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "BATCH_MATMUL", "SVDF", "RNN", "LSTM",
                       "UNIDIRECTIONAL_SEQUENCE_LSTM", "UNIDIRECTIONAL_SEQUENCE_RNN", "BIDIRECTIONAL_SEQUENCE_LSTM",
                       "BIDIRECTIONAL_SEQUENCE_RNN", "TRANSPOSE_CONV", "CONV_3D"})  # fmt: skip


def _hybrid_operators(subgraph: Subgraph) -> list[tuple[int, int]]:
    types, roles, operators = subgraph.tensor_columns.types, subgraph.roles, subgraph.operator_columns
    found = []
    for index, (name, inputs) in enumerate(zip(operators.op_names, operators.inputs, strict=True)):
        if name in _MULTIPLY:
            sound = [i for i in inputs if 0 <= i < len(types)]
            integer = any(roles[i] == "weights" and types[i].is_integer for i in sound)
            if integer and any(not roles[i] and types[i].name == "FLOAT32" for i in sound):
                found.append((subgraph.index, index))
    return found


def _ends(model: Model, type_name: str) -> Rows:
    ends = [*model.inputs(), *model.outputs()]
    return tuple((tensor.subgraph, tensor.index) for tensor in ends if tensor.type.name == type_name)


def _operators_to_bring(model: Model) -> Iterator[Finding]:
    """Custom operators and DENSIFY: what an ordinary runtime does not have."""
    custom: dict[str, list[tuple[int, int]]] = {}
    densify: list[tuple[int, int]] = []
    for subgraph in model.subgraphs:
        operators = subgraph.operator_columns
        for index, name in enumerate(operators.op_names):
            if operators.is_custom and operators.is_custom[index]:
                custom.setdefault(name, []).append((subgraph.index, index))
            elif name == "DENSIFY":
                densify.append((subgraph.index, index))
    for name, rows in custom.items():
        yield Finding(
            Level.WARNING, "custom_operator", f"Custom operator {name or '(no name)'}, {plural(len(rows), 'time')}",
            "Every runtime needs a kernel for it that you bring along.", operators=tuple(rows),
        )  # fmt: skip
    if densify:
        yield Finding(
            Level.WARNING, "densify", f"{plural(len(densify), 'sparse weight tensor')} behind DENSIFY",
            "They are unpacked before use: the file is smaller, the arithmetic is not, and TFLM has no DENSIFY.",
            operators=tuple(densify),
        )  # fmt: skip


def _float_weights(model: Model, scheme: Scheme) -> Iterator[Finding]:
    """Weights that stayed FLOAT32 although others were quantized."""
    if scheme.id not in ("dynamic_range", "weight_only", "mixed"):
        return
    small: list[tuple[int, int]] = []
    large: list[tuple[int, int]] = []
    for subgraph in model.subgraphs:
        for index, role in enumerate(subgraph.roles):
            if role == "weights" and subgraph.tensor_columns.types[index].name == "FLOAT32":
                (small if subgraph.tensors[index].elements < SMALL else large).append((subgraph.index, index))
    if small and scheme.id == "dynamic_range":
        has = "Each has" if len(small) > 1 else "It has"
        yield Finding(
            Level.NOTE, "small_weights", f"{plural(len(small), 'weight tensor')} stayed FLOAT32",
            f"{has} fewer than {SMALL:,} elements; DRQ leaves those alone.", tuple(small),
        )  # fmt: skip
    if large:
        them = "them" if len(large) > 1 else "it"
        yield Finding(
            Level.NOTE, "large_float_weights",
            f"{plural(len(large), 'weight tensor')} of {SMALL:,} elements or more stayed FLOAT32",
            f"The operators that use {them} have no such kernel, or {them} was left out on purpose."
            if len(large) == 1 else "Their operators have no such kernel, or they were left out on purpose.",
            tuple(large),
        )  # fmt: skip


def _scales(model: Model, scheme: Scheme) -> Iterator[Finding]:
    """Channels of very different scale, one scale for all channels, zero points off 0."""
    uneven: list[tuple[int, int]] = []
    single: list[tuple[int, int]] = []
    shifted: list[tuple[int, int]] = []
    worst = 1.0
    for subgraph in model.subgraphs:
        columns, table = subgraph.tensor_columns, subgraph.tensor_columns.quantization
        scale_starts, zero_starts = table.scale_starts.tolist(), table.zero_point_starts.tolist()
        off_zero = np.concatenate([[0], np.cumsum(table.zero_point != 0)]).tolist()
        for index, role in enumerate(subgraph.roles):
            if role != "weights" or columns.types[index].name != "INT8":
                continue
            row = subgraph.index, index
            start, end = scale_starts[index], scale_starts[index + 1]
            if off_zero[zero_starts[index + 1]] > off_zero[zero_starts[index]]:
                shifted.append(row)
            if end - start == 1 and len(columns.shapes[index]) == 4 and max(columns.shapes[index]) > 1:
                single.append(row)
            elif end - start > 1 and (ratio := scale_ratio(table.scale[start:end])) >= UNEVEN_SCALES:
                uneven.append(row)
                worst = max(worst, ratio)
    if shifted:
        yield Finding(
            Level.WARNING, "weights_zero_point", f"{plural(len(shifted), 'INT8 weight tensor')} with zero_point off 0",
            "TFLite's INT8 kernels take weights as symmetric (zero_point 0); results may be wrong.", tuple(shifted),
        )  # fmt: skip
    if single and scheme.id in ("int8", "uint8", "int8_float_io", "int16x8"):
        yield Finding(
            Level.NOTE, "per_tensor_weights", f"{plural(len(single), 'convolution')} with one scale for all channels",
            "Per-channel scales cost a few bytes and usually keep more accuracy.", tuple(single),
        )  # fmt: skip
    if uneven:
        yield Finding(
            Level.NOTE, "uneven_channels",
            f"{plural(len(uneven), 'weight tensor')} with scales up to {worst:,.0f} times apart",
            "Some channels hardly count beside others: look for dead ones, or equalise the channels before converting.",
            tuple(uneven),
        )  # fmt: skip


def _dynamic_dimensions(model: Model) -> Iterator[Finding]:
    chosen = [t for t in model.inputs() if t.shape_signature is not None and -1 in t.shape_signature]
    if chosen:
        first = chosen[0]
        batch = all(t.shape_signature is not None and t.shape_signature.index(-1) == 0
                    and t.shape_signature.count(-1) == 1 for t in chosen)  # fmt: skip
        yield Finding(
            Level.NOTE, "dynamic_dimension", "The batch is dynamic" if batch else "An input has dynamic dimensions",
            f"T#{first.index} is {shape_text(first.shape_signature)}. TFLM takes the stored {shape_text(first.shape)}; "
            "others can resize it.", tuple((t.subgraph, t.index) for t in chosen),
        )  # fmt: skip


def _unread_constants(model: Model) -> Iterator[Finding]:
    rows: list[tuple[int, int]] = []
    size = 0
    for subgraph in model.subgraphs:
        columns = subgraph.tensor_columns
        read = set(chain.from_iterable(subgraph.operator_columns.inputs)).union(subgraph.outputs)
        for index, kind in enumerate(columns.kinds):
            if kind == "constant" and index not in read:
                rows.append((subgraph.index, index))
                size += columns.stored_bytes[index] or 0
    if rows:
        yield Finding(
            Level.NOTE, "unread_constants", f"{plural(len(rows), 'constant')} read by no operator",
            f"{bytes_text(size)} in the file that nothing uses.", tuple(rows),
        )  # fmt: skip


def _buffer_findings(found: BufferFindings) -> Iterator[Finding]:
    if found.duplicates:
        count = sum(same.count for same in found.duplicates)
        yield Finding(
            Level.NOTE, "duplicate_buffers", f"{count:,} buffers hold the same bytes as another",
            f"Stored once, the file would be {bytes_text(found.duplicate_bytes)} smaller.",
            tuple(row for same in found.duplicates for row in same.tensors),
        )  # fmt: skip
    if found.zero_buffers:
        hold = "holds" if found.zero_buffers == 1 else "hold"
        yield Finding(
            Level.NOTE, "zero_buffers", f"{plural(found.zero_buffers, 'buffer')} {hold} only zeros",
            f"{bytes_text(found.zero_bytes)}; a bias of zeros can be left out.", found.zero_tensors,
        )  # fmt: skip
