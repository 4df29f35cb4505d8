"""The element types of tensors, by the schema's codes and names."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class TensorType:
    """An element type: `bits` one stored element takes (0: variable length), `dtype` of the array it is read into.

    Types narrower than a byte are unpacked to int8 or uint8; bfloat16 and float8 are widened to float32.
    `dtype` is None where there are no numbers to read (STRING, RESOURCE, VARIANT, codes of tomorrow).
    """

    code: int
    name: str
    bits: int
    dtype: np.dtype | None

    @property
    def is_float(self) -> bool:
        return self.name.startswith(("FLOAT", "BFLOAT"))

    @property
    def is_integer(self) -> bool:
        return self.name.startswith(("INT", "UINT"))

    @property
    def order(self) -> tuple[int, bool, int]:
        """A sort key for groups by type: narrow types first, integers before floats, unknown ones last."""
        return self.bits or 1 << 16, self.is_float, self.code

    @property
    def level_range(self) -> tuple[int, int]:
        """Lowest and highest level of an integer type: (-8, 7) of INT4."""
        if self.name.startswith("U"):
            return 0, (1 << self.bits) - 1
        return -(1 << self.bits - 1), (1 << self.bits - 1) - 1


_ROWS: tuple[tuple[str, int, str | None], ...] = (  # in the order of the schema's codes
    ("FLOAT32", 32, "<f4"), ("FLOAT16", 16, "<f2"), ("INT32", 32, "<i4"), ("UINT8", 8, "u1"), ("INT64", 64, "<i8"),
    ("STRING", 0, None), ("BOOL", 8, "?"), ("INT16", 16, "<i2"), ("COMPLEX64", 64, "<c8"), ("INT8", 8, "i1"),
    ("FLOAT64", 64, "<f8"), ("COMPLEX128", 128, "<c16"), ("UINT64", 64, "<u8"), ("RESOURCE", 0, None),
    ("VARIANT", 0, None), ("UINT32", 32, "<u4"), ("UINT16", 16, "<u2"), ("INT4", 4, "i1"), ("BFLOAT16", 16, "<f4"),
    ("INT2", 2, "i1"), ("UINT4", 4, "u1"), ("FLOAT8_E4M3FN", 8, "<f4"), ("FLOAT8_E5M2", 8, "<f4"),
)  # fmt: skip

TENSOR_TYPES: tuple[TensorType, ...] = tuple(
    TensorType(code, name, bits, np.dtype(dtype) if dtype else None) for code, (name, bits, dtype) in enumerate(_ROWS)
)
TYPE_BY_NAME: dict[str, TensorType] = {type_.name: type_ for type_ in TENSOR_TYPES}


def tensor_type(code: int) -> TensorType:
    """The type of a schema code; an unknown one is shown as "type 27"."""
    if 0 <= code < len(TENSOR_TYPES):
        return TENSOR_TYPES[code]
    return TensorType(code, f"type {code}", 0, None)
