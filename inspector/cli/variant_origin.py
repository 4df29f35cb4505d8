"""What the small file beside a variant tells: the recipe it was made with, and how large its source is."""

from collections.abc import Sequence
from pathlib import Path

from inspector.model.model import Model


def origins(models: Sequence[Model]) -> tuple[list[str], int | None]:
    """The recipe of each model, "" where it is not known, and the bytes of the first source that is still there.

    A variant that was changed after its file was written has none.
    """
    recipes, source_bytes = [], None
    for model in models:
        recipe, source = _origin(model)
        recipes.append(recipe)
        if source_bytes is None and source is not None:
            source_bytes = _size(source)
    return recipes, source_bytes


def _origin(model: Model) -> tuple[str, Path | None]:
    path = model.path
    if model.is_keras or not path.with_suffix(".json").exists():
        return "", None
    from inspector.jobs.provenance import is_unchanged, read_provenance

    told = read_provenance(path)
    try:
        if told is None or not is_unchanged(path, told):
            return "", None
    except OSError:  # the file went: whoever reads it will say so
        return "", None
    return told.recipe, Path(told.source)


def _size(source: Path) -> int | None:
    """Of a file, or of all files in a SavedModel folder; None for one that is gone."""
    try:
        if source.is_dir():
            return sum(file.stat().st_size for file in source.rglob("*") if file.is_file()) or None
        return source.stat().st_size or None
    except OSError:
        return None
