"""The form that a pipeline's result has. Results are read from files, which may be damaged or somebody else's."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from inspector.analysis.evaluation_scores import AVERAGES, SCORES
from inspector.analysis.evaluation_task import TASKS

Form = Callable[[Any], bool]
MOST_RESAMPLES = 100_000
_MOST = 2**53


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return (type(value) is int and abs(value) < _MOST) or (type(value) is float and isfinite(value))


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MOST


def _one_of(*words: str) -> Form:
    return lambda value: isinstance(value, str) and value in words


def _at_most(most: int) -> Form:
    return lambda value: _count(value) and value <= most


def _or_none(form: Form) -> Form:
    return lambda value: value is None or form(value)


def _list(form: Form) -> Form:
    return lambda value: isinstance(value, list) and all(map(form, value))


def _values(form: Form) -> Form:
    return lambda value: isinstance(value, dict) and all(map(form, value.values()))


def _fields(forms: Mapping[str, Form], needed: tuple[str, ...] = ()) -> Form:
    """An object whose fields have these forms where they are there; others, of a later version, may be anything."""
    return lambda value: isinstance(value, dict) and all(
        forms[name](inner) for name, inner in value.items() if name in forms
    ) and all(name in value for name in needed)  # fmt: skip


def _square(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, list) and len(row) == len(value) and all(map(_count, row)) for row in value
    )


def _pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_number, value))


def _scalar(value: Any) -> bool:
    return value is None or _text(value) or _number(value)


_CLASS = _fields(
    {"class": _count, "name": _text, "support": _count}
    | dict.fromkeys(("precision", "recall", "f1"), _or_none(_number))
)
_LATENCY = _fields(
    {"runs": _count, "threads": _count, "kernels": _text, "machine": _text}
    | dict.fromkeys(("median", "p5", "p95"), _number)
)
_DIFFERENCE = _fields({"value": _number, "low": _number, "high": _number, "verdict": _text}, ("value", "verdict"))
_ROW: dict[str, Form] = {
    "model": _text, "task": _one_of(*TASKS), "samples": _count, "size_bytes": _or_none(_count),
    "confusion_matrix": _or_none(lambda value: _square(value) or _list(_square)(value)),
    "per_class": _or_none(_list(_CLASS)), "agreement": _or_none(_values(_scalar)),
    "intervals": _or_none(_values(_or_none(_pair))), "latency_ms": _or_none(_LATENCY),
    "differences": _or_none(_values(_DIFFERENCE)), "input_type": _text, "output_type": _text,
    "run": _fields({"how": _text, "seconds": _number}), "notes": _list(_text),
    **dict.fromkeys(SCORES, _or_none(_number)),
}  # fmt: skip
_SCORING: dict[str, Form] = {
    "average": _one_of(*AVERAGES), "threshold": _or_none(_number), "resamples": _at_most(MOST_RESAMPLES),
    "seed": _at_most(2**32 - 1),
}  # fmt: skip
FORMS: dict[str, Form] = {
    "groups": _values(_text), "seed": _number, "row": _fields(_ROW), "scoring": _fields(_SCORING),
    "source_bytes": _count, "seconds": _number, "versions": _values(_text), "notes": _list(_text),
}  # fmt: skip
"""By the field of a PipelineResult that is no plain text."""


def wrong_field(told: Mapping[str, Any]) -> str:
    """The first field that has not its form, "" where all have."""
    return next((name for name, form in FORMS.items() if name in told and not form(told[name])), "")
