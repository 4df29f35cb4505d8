"""JSON of tables: a list with one object a line, written column by column by the C encoder.

What has no JSON (NaN, infinity) is null; text is ASCII with escapes, so that no encoding can break it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

Columns = Mapping[str, Sequence[Any]]
_SCALARS = {int, float, str, bool, type(None)}
_LINES = 20_000  # joined at a time


def json_text(value: Any, indent: int | None = None) -> str:
    """Any value of ours as JSON."""
    return json.dumps(finite(value), indent=indent, allow_nan=False, default=_plain)


def finite(value: Any) -> Any:
    """`value` with null for every float that JSON has no word for, in lists and objects too."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(inner) for inner in value]
    if type(value) not in _SCALARS and hasattr(value, "tolist"):
        return finite(value.tolist())
    return value


def json_list(columns: Columns) -> Iterator[str]:
    """The rows of `columns` (key -> values, all of one length) as a JSON list, in pieces, one object a line."""
    fields = ", ".join(f"{json.dumps(key).replace('%', '%%')}: %s" for key in columns)
    template = "{" + fields + "}"
    encoded = [encode_column(values) for values in columns.values()]
    count = len(encoded[0]) if encoded else 0
    if not count:
        yield "[]"
        return
    yield "[\n"
    for start in range(0, count, _LINES):
        rows = zip(*(cells[start : start + _LINES] for cells in encoded), strict=True)
        yield ("" if start == 0 else ",\n") + ",\n".join(map(template.__mod__, rows))
    yield "\n]"


def encode_column(values: Sequence[Any]) -> list[str]:
    """Each value of a column as JSON. Scalars go through one call of the encoder, lists are encoded once each."""
    values = values if type(values) is list else list(values)
    if not values:
        return []
    if set(map(type, values)) <= _SCALARS:
        return _encode_scalars(values)
    cells = _encode_scalars([value if type(value) in _SCALARS else None for value in values])
    known: dict[tuple[Any, ...], str] = {}
    for index, value in enumerate(values):
        if type(value) is tuple:
            text = known.get(value)
            if text is None:
                text = known[value] = json_text(value)
            cells[index] = text
        elif type(value) not in _SCALARS:
            cells[index] = json_text(value)
    return cells


def _encode_scalars(values: Sequence[Any]) -> list[str]:
    try:
        text = json.dumps(values, separators=("\n", ": "), allow_nan=False)
    except ValueError:
        text = json.dumps([finite(value) for value in values], separators=("\n", ": "), allow_nan=False)
    return text[1:-1].split("\n")  # a line break inside a text is written \n


def _plain(value: Any) -> Any:
    """numpy scalars and arrays, paths and the like."""
    if hasattr(value, "tolist"):
        return finite(value.tolist())
    return str(value)
