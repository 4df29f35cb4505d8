"""JSON of tables: a list with one object a line, written column by column by the C encoder.

What has no JSON (NaN, infinity) is null; text is ASCII with escapes, so that no encoding can break it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from json.encoder import encode_basestring_ascii
from math import isfinite
from typing import Any

Columns = Mapping[str, Sequence[Any]]
_SCALARS = {int, float, str, bool, type(None)}
_HASHED = ({str}, {int}, {tuple}, {int, type(None)}, {tuple, type(None)})  # where equal values have equal texts
_LINES = 2_000  # written at a time: what they take stays in the cache
_HEAD = 200  # values looked at to guess whether a column repeats itself


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
    count = len(next(iter(columns.values()), ()))
    if not count:
        yield "[]"
        return
    lists = {json.dumps(key): values if type(values) is list else list(values) for key, values in columns.items()}
    yield "[\n"
    for start in range(0, count, _LINES):
        rows = _rows({key: values[start : start + _LINES] for key, values in lists.items()})
        yield (",\n" if start else "") + ",\n".join(rows)
    yield "\n]"


def _rows(columns: Mapping[str, list[Any]]) -> Iterator[str]:
    """One object a row. What is the same in all of them is written once, into the template."""
    fields, varying = [], []
    for key, values in columns.items():
        if _is_constant(values):
            fields.append(f"{key}: {json_text(values[0])}".replace("%", "%%"))
        else:
            fields.append(key.replace("%", "%%") + ": %s")
            varying.append(encode_column(values))
    template = "{" + ", ".join(fields) + "}"
    if varying:
        return map(template.__mod__, zip(*varying, strict=True))
    return repeat(template % (), len(next(iter(columns.values()))))


def encode_column(values: Sequence[Any]) -> list[str]:
    """Each value of a column as JSON, by few C calls; what repeats itself is encoded once."""
    values = values if type(values) is list else list(values)
    kinds = set(map(type, values))
    if kinds in _HASHED and (tuple in kinds or len(set(values[:_HEAD])) < _HEAD // 8):
        distinct = list(set(values))
        texts = dict(zip(distinct, _encode_each(distinct, kinds), strict=True))
        return list(map(texts.__getitem__, values))
    return _encode_each(values, kinds)


def _encode_each(values: list[Any], kinds: set[type]) -> list[str]:
    if kinds == {int}:
        return list(map(int.__repr__, values))
    if kinds == {str}:
        return list(map(encode_basestring_ascii, values))
    if kinds == {float} and isfinite(sum(values)):
        return list(map(float.__repr__, values))
    if kinds <= _SCALARS:
        return _encode_scalars(values)
    cells = _encode_scalars([value if type(value) in _SCALARS else None for value in values])
    for index, value in enumerate(values):
        if type(value) not in _SCALARS:
            cells[index] = json_text(value)
    return cells


def _is_constant(values: list[Any]) -> bool:
    first = values[0]
    if (first is not values[-1] and first != values[-1]) or values.count(first) != len(values):
        return False
    return first is None or type(first) is str or len(set(map(type, values))) == 1  # 1, 1.0 and True are equal


def _encode_scalars(values: Sequence[Any]) -> list[str]:
    if not values:
        return []
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
