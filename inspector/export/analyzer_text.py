"""Tensors as TensorFlow Lite's Analyzer lists them, character by character.

`T#9(model/flatten/Const) shape:[2], type:INT32 RO 8 bytes, buffer: 10, data:[-1, 168]`
(tensorflow/lite/tools/model_analyzer.cc: dump_tensor_detail and get_tensor_data_str)
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from math import copysign, isnan
from struct import unpack_from

from inspector.errors import ValuesError
from inspector.model.columns import tensor_label
from inspector.model.model import Model
from inspector.model.tensor import Tensor
from inspector.model.tensor_types import TensorType

_SHOWN = 5  # elements; then ", ..."
_FORMATS = {"INT32": ("<i", 4), "UINT32": ("<I", 4), "FLOAT32": ("<f", 4)}
_LARGE = 4096  # bytes; larger tensors are not read whole for their first elements
_CHARACTERS = frozenset({"INT8", "UINT8", "STRING"})


def analyzer_sections(model: Model, optimizer: bool = False) -> Iterator[tuple[TensorType, list[str]]]:
    """The lines of all tensors in groups by type, in the order of TensorType.order."""
    groups: dict[TensorType, list[Tensor]] = {}
    for tensor in model.tensors(optimizer):
        groups.setdefault(tensor.type, []).append(tensor)
    for type_ in sorted(groups, key=lambda type_: type_.order):
        yield type_, list(analyzer_lines(model, groups[type_]))


def analyzer_lines(model: Model, tensors: Iterable[Tensor]) -> Iterator[str]:
    """One line a tensor; data that can't be read is `[?]`. Raises FileChangedError."""
    for tensor in tensors:
        line = f"{tensor_label(tensor)}({_ascii(tensor.name)}) {_shape(tensor)}, type:{tensor.type.name}"
        if tensor.has_data:
            size = tensor.bytes or 0
            buffer = "" if tensor.buffer is None else f", buffer: {tensor.buffer}"
            line += f" RO {size} bytes{buffer}, data:{data_text(tensor.type.name, _head(model, tensor, size), size)}"
        yield line


def _head(model: Model, tensor: Tensor, size: int) -> bytes:
    """The beginning of the stored bytes, where `data_text` looks at it."""
    if tensor.type.name not in _FORMATS and tensor.type.name not in _CHARACTERS:
        return b""
    if size > _LARGE and tensor.sparsity is None:
        with suppress(ValuesError):  # more or fewer bytes than the shape asks for
            for chunk in model.storage.chunks(tensor, _SHOWN):
                return chunk.tobytes()
    with suppress(ValuesError):  # a file beside the model is missing
        return model.storage.raw(tensor)[: 4 * _SHOWN]
    return b""


def data_text(type_name: str, head: bytes, size: int) -> str:
    """`[-1, 168]`, of at most five elements. `head` is the beginning of the `size` bytes that are stored.

    8-bit integers are printed as characters with a dot for what has none (the Analyzer lets a line break through),
    types the Analyzer does not know as ??; those it counts by bytes.
    """
    layout, width = _FORMATS.get(type_name, ("", 1))
    count = size // width
    shown = min(count, _SHOWN)
    if len(head) < shown * width and (layout or type_name in _CHARACTERS):
        return "[?]"
    if layout:
        elements = [_number(unpack_from(layout, head, index * width)[0]) for index in range(shown)]
    elif type_name in _CHARACTERS:
        elements = [chr(byte) if 32 <= byte < 127 else "." for byte in head[:shown]]
    else:
        elements = ["??"] * shown
    return "[" + ", ".join(elements) + (", ...]" if count > shown else "]")


def _ascii(name: str) -> str:
    """The Analyzer prints a dot for every byte that is no printable ASCII."""
    if name.isascii() and name.isprintable():
        return name
    return "".join(
        letter if " " <= letter <= "~" else "." if letter == "\ufffd" else "." * len(letter.encode("utf-8", "replace"))
        for letter in name
    )


def _number(value: float) -> str:
    """As C++ streams print: six significant digits, and the sign of a NaN."""
    if isinstance(value, int):
        return str(value)
    if isnan(value):
        return "-nan" if copysign(1, value) < 0 else "nan"
    return f"{value:g}"


def _shape(tensor: Tensor) -> str:
    signature: Sequence[int] | None = tensor.shape_signature
    title, shape = ("shape", tensor.shape) if signature is None else ("shape_signature", signature)
    return f"{title}:[{', '.join(map(str, shape))}]"
