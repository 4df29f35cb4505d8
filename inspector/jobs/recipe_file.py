"""A repair as a file: the recipe and the operators that stay float, for `quantize --recipe my.json` and for others."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.errors import UsageError
from inspector.jobs.provenance import sha256_of
from inspector.jobs.recipes import BY_ID
from inspector.model.text import printable

SUFFIX = ".json"
_LARGEST = 1 << 20
_LISTS = ("float_operators", "float_tensors")


@dataclass(frozen=True, slots=True)
class RecipeFile:
    """`float_operators` are types, `float_tensors` names of outputs in the float model. `source` is the name of the
    file it was found with, `source_sha256` that file's hash: with another file the names may mean something else."""

    recipe: str
    float_operators: tuple[str, ...] = ()
    float_tensors: tuple[str, ...] = ()
    source: str = ""
    source_sha256: str = ""

    @property
    def text(self) -> str:
        """The file's text."""
        values = {
            "recipe": self.recipe, "float_operators": list(self.float_operators),
            "float_tensors": list(self.float_tensors), "source": self.source, "source_sha256": self.source_sha256,
        }  # fmt: skip
        return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def is_recipe_file(text: str) -> bool:
    """Whether what stands behind --recipe means a file, not the id of a recipe."""
    return text.lower().endswith(SUFFIX)


def read_recipe_file(path: str | Path) -> RecipeFile:
    """Raises UsageError where it is none, says what it lacks, or names a recipe that there is not."""
    path = Path(path).expanduser()
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path} is too large for a recipe file.")
        values = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"The recipe file {path} can't be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no recipe file: it is no JSON.") from error
    return _recipe_file(path, values)


def _recipe_file(path: Path, values: Any) -> RecipeFile:
    if not isinstance(values, dict) or not isinstance(values.get("recipe"), str):
        raise UsageError(f'{path} is no recipe file: it has no "recipe".')
    if values["recipe"] not in BY_ID:
        name = printable(values["recipe"])
        raise UsageError(f'{path} asks for the recipe "{name}", which there is not. Recipes: {", ".join(BY_ID)}.')
    for name in _LISTS:
        found = values.get(name, [])
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise UsageError(f'"{name}" in {path} has to be a list of names.')
    return RecipeFile(
        recipe=values["recipe"],
        float_operators=tuple(values.get("float_operators", ())),
        float_tensors=tuple(values.get("float_tensors", ())),
        source=str(values.get("source", "")),
        source_sha256=str(values.get("source_sha256", "")),
    )


def other_source(file: RecipeFile, source: Path) -> str:
    """A sentence where the recipe was found with another file than `source`, else "". Raises OSError."""
    if not file.source_sha256 or sha256_of(source) == file.source_sha256:
        return ""
    made_with = f" ({printable(file.source)})" if file.source else ""
    return (
        f"The recipe was found with another file{made_with} than {printable(source.name)}: look whether the same "
        "operators are the ones to keep float."
    )
