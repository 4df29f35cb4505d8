"""How values are written for people: the same in window, command line and reports."""

from collections.abc import Sequence
from math import isfinite

from inspector.model.quantization import Quantization
from inspector.printable import printable as printable


def count_text(count: int) -> str:
    return f"{count:,}"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 tensor`, `9 tensors`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """`DRQ`, `DRQ, FIQ int8 and FIQ uint8`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def bytes_text(size: int | None) -> str:
    """`5,376 B` below 10,000, then `12.4 KB`, `1.84 MB` (1 KB = 1,024 B: flash is counted so)."""
    if size is None:
        return ""
    if size < 10_000:
        return f"{size:,} B"
    for power, (unit, decimals) in enumerate((("KB", 1), ("MB", 2), ("GB", 2)), start=1):
        in_unit = round(size / 1024**power, decimals)
        if in_unit < 1024 or unit == "GB":
            break
    return f"{in_unit:,.{decimals}f} {unit}"


def percent_text(share: float | None) -> str:
    return "" if share is None or not isfinite(share) else f"{share * 100:.1f} %"


def number_text(value: float | complex | None) -> str:
    """A number with five significant digits: 0.0015528, 12.062, 1.25e-09, 0.5-2j."""
    if value is None:
        return ""
    if isinstance(value, complex):
        return f"{number_text(value.real)}{'' if str(value.imag).startswith('-') else '+'}{number_text(value.imag)}j"
    if not isfinite(value):
        return str(value)
    size = abs(value)
    if size and (size < 1e-5 or size >= 1e7):
        return f"{value:.4g}"
    text = f"{value:.5g}"
    return f"{float(text):.9f}".rstrip("0").rstrip(".") if "e" in text else text


def shape_text(shape: Sequence[int | None] | None) -> str:
    """`[7, 3, 3, 128]`, `[]` for a scalar, "" where unknown."""
    if shape is None:
        return ""
    return "[" + ", ".join("?" if size is None else str(size) for size in shape) + "]"


def quantization_text(quantization: Quantization | None) -> str:
    """`scale 0.10196, zero_point -128`, `64 channels on 0`, "none"."""
    if quantization is None:
        return "none"
    if quantization.details:
        return quantization.details
    if quantization.per_channel:
        return f"{quantization.scale.size:,} channels on {quantization.quantized_dimension}"
    if not quantization.scale.size:
        return "none"
    zero_point = int(quantization.zero_point[0]) if quantization.zero_point.size else 0
    return f"{number_text(float(quantization.scale[0]))}, {zero_point}"
