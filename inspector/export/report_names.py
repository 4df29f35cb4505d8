"""Texts from files and plans of others, made fit for a report: written out, and never longer than a line or two."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from inspector.analysis.pipelines import PipelineResult, ResultSet
from inspector.model.text import printable

NAME, SENTENCE = 160, 1_200
"""The most letters of a name and of a sentence."""


def bounded(text: str, most: int = NAME) -> str:
    """On one line, control characters written out, with "…" in the middle where it is longer than `most` letters."""
    text = printable(text if len(text) <= 8 * most else f"{text[: 4 * most]}{text[-4 * most :]}")
    if len(text) <= most:
        return text
    head = most // 2
    return f"{text[:head]}…{text[head - most + 1 :]}"


def bounded_results(results: ResultSet) -> ResultSet:
    """The same results with bounded texts. Paths that files are read from stay as they are, and so do keys."""
    models: dict[str, str] = {}
    for each in results.pipelines:
        if each.model not in models:
            models[each.model] = _unlike(bounded(each.model, 2 * NAME), models.values())
    pipelines = tuple(_bounded(each, models[each.model]) for each in results.pipelines)
    return replace(
        results, name=bounded(results.name), pipelines=pipelines, reference=bounded(results.reference),
        metrics=tuple(map(bounded, results.metrics)),
    )  # fmt: skip


def _bounded(result: PipelineResult, model: str) -> PipelineResult:
    return replace(
        result, model=model, name=bounded(result.name), recipe=bounded(result.recipe), data=bounded(result.data),
        groups=_texts(result.groups), row=_texts(result.row), versions=_texts(result.versions),
        sentence=bounded(result.sentence, SENTENCE), notes=tuple(bounded(note, SENTENCE) for note in result.notes[:40]),
    )  # fmt: skip


def _texts(value: Any) -> Any:
    """With every text in lists and objects bounded."""
    if isinstance(value, str):
        return bounded(value)
    if isinstance(value, Mapping):
        return {bounded(str(key)): _texts(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return value if _plain(value) else [_texts(inner) for inner in value]
    return value


def _plain(values: Any) -> bool:
    """Numbers alone: a confusion matrix of 1,000 classes has a million of them."""
    return all(type(each) in (int, float) for each in values)


def _unlike(text: str, others: Any) -> str:
    """Two long paths that differ in their middles stay two."""
    found, number = text, 1
    while found in others:
        number += 1
        found = f"{text} ({number})"
    return found
