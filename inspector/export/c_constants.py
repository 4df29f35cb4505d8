"""The scale, zero_point and shape of a model's inputs and outputs as constants in C and C++."""

from collections.abc import Iterable, Iterator
from math import isfinite

from inspector.export.model_bytes import TensorFacts


def macros(tensors: Iterable[TensorFacts], prefix: str) -> Iterator[str]:
    """The lines for C and C++: `#define OKAY_NABU_INPUT_0_ZERO_POINT (-128)`."""
    for _type, name, literal in _constants(tensors):
        macro = f"{prefix}_{name}".upper()
        if literal is None:
            yield f"/* {macro} is left out: no number that C can write */"
        else:
            yield f"#define {macro} {f'({literal})' if literal.startswith('-') else literal}"


def inline_constants(tensors: Iterable[TensorFacts], prefix: str) -> Iterator[str]:
    """The lines for C++17: `inline constexpr int g_okay_nabu_input_0_zero_point = -128;`."""
    for type_, name, literal in _constants(tensors):
        if literal is None:
            yield f"// {prefix}_{name} is left out: no number that C++ can write"
        else:
            yield f"inline constexpr {type_} {prefix}_{name}{'[]' if literal[0] == '{' else ''} = {literal};"


def float_literal(value: float) -> str | None:
    """A float32 as a C literal that reads back as the same number, with 9 digits; None for NaN and infinity."""
    if not isfinite(value):
        return None
    digits = f"{value:.9g}"
    return f"{digits}f" if "." in digits or "e" in digits else f"{digits}.0f"


def int_literal(value: int) -> str | None:
    """An int of 32 bits; None for what does not fit (-2147483648 is no literal of type int)."""
    return str(value) if -(2**31) < value < 2**31 else None


def _constants(tensors: Iterable[TensorFacts]) -> Iterator[tuple[str, str, str | None]]:
    """(type, name, literal) of each constant; a scalar has no shape to give."""
    for tensor in tensors:
        name = f"{tensor.direction}_{tensor.index}"
        if tensor.scale is not None:
            yield "float", f"{name}_scale", float_literal(tensor.scale)
        if tensor.zero_point is not None:
            yield "int", f"{name}_zero_point", int_literal(tensor.zero_point)
        if tensor.shape:
            yield "int", f"{name}_shape", f"{{{', '.join(map(str, tensor.shape))}}}"
