"""Where a variant comes from: its provenance file says it, else its name does."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Origin:
    """`source`: the file it was made from, None where that is not known; `recipe`: an id, "" for no variant."""

    source: Path | None = None
    recipe: str = ""


def origin_of(path: Path) -> Origin:
    """Reads the provenance file beside `path`, if there is one; the source need not exist any more."""
    if path.suffix == ".tflite" and path.with_suffix(".json").is_file():
        from inspector.jobs.provenance import read_provenance  # not imported at the start: few files have one

        told = read_provenance(path)
        if told is not None and _is_recipe(told.recipe):
            return Origin(Path(told.source), told.recipe)
    return Origin(None, recipe_in_name(path))


def _is_recipe(word: str) -> bool:
    from inspector.jobs.recipes import BY_ID  # as above

    return word in BY_ID


def recipe_in_name(path: Path) -> str:
    """`int8` for `digits.int8.tflite`; "" where the name has no recipe."""
    stem, _, recipe = path.stem.rpartition(".")
    return recipe if stem and path.suffix == ".tflite" and _is_recipe(recipe) else ""


class Listed(Protocol):
    """What an open model has that matters here."""

    @property
    def path(self) -> Path: ...
    @property
    def source(self) -> Path | None: ...
    @property
    def recipe(self) -> str: ...


Model = TypeVar("Model", bound=Listed)


def family_tree(models: Sequence[Model]) -> list[tuple[Model, int]]:
    """`models` as (model, depth): variants follow their source, one level deeper, each level in the order given."""
    parents = [_parent(model, models) for model in models]
    for start in range(len(models)):
        _break_ring(start, parents)
    rows: list[tuple[Model, int]] = []

    def add(parent: int | None, depth: int) -> None:
        for place, model in enumerate(models):
            if parents[place] == parent:
                rows.append((model, depth))
                add(place, depth + 1)

    add(None, 0)
    return rows


def source_among(model: Model, models: Sequence[Model]) -> Model | None:
    """The one of `models` that `model` was made from, None if it is not there."""
    place = _parent(model, models)
    return models[place] if place is not None else None


def _parent(model: Listed, models: Sequence[Listed]) -> int | None:
    """The place of the source among `models`: the file its provenance names, else one whose name it begins with."""
    for place, other in enumerate(models):
        if other is not model and model.source is not None and other.path == model.source:
            return place
    if model.source is not None or not model.recipe:
        return None
    stem = model.path.name.removesuffix(f".{model.recipe}.tflite")
    for place, other in enumerate(models):
        if other is not model and other.path.parent == model.path.parent and other.path.stem == stem:
            return place
    return None


def _break_ring(start: int, parents: list[int | None]) -> None:
    """Files may claim to come from each other: then the first of them stands on top."""
    place, seen = parents[start], {start}
    while place is not None and place not in seen:
        seen.add(place)
        place = parents[place]
    if place == start:
        parents[start] = None
