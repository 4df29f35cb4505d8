"""Which open models are compared: the family of the one looked at, what the user added, without what was left out."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from inspector.gui.origin import family_tree
from inspector.gui.session import OpenModel
from inspector.model import Model

_FLOAT = ("float32", "float16")


class ComparedModels:
    """Remembers by path what the user added and left out, so that a model that is read again keeps its place."""

    def __init__(self) -> None:
        self._links: list[frozenset[Path]] = []
        self._added: set[Path] = set()
        self._left_out: set[Path] = set()
        self._references: dict[Path, Path] = {}  # the chosen reference, by the first model of its comparison

    def of(self, current: OpenModel, models: Sequence[OpenModel]) -> list[OpenModel]:
        """The models compared with `current`, itself too, in the order of the Models list, the reference first.

        The Keras file that several variants were made from stands aside, unless the user added it: see `source_of`.
        """
        found = self._connected(current, models)
        chosen = [model for model in found if model.path not in self._left_out]
        if not chosen:
            return []
        if sum(not model.model.is_keras for model in chosen) >= 2:
            chosen = [model for model in chosen if not model.model.is_keras or model.path in self._added]
        reference = self._reference(chosen)
        return [reference, *(model for model in chosen if model is not reference)]

    def source_of(self, compared: Sequence[OpenModel], models: Sequence[OpenModel]) -> OpenModel | None:
        """The open Keras file that the compared models come from."""
        found = (other for model in compared for other in self._connected(model, models) if other.model.is_keras)
        return next(found, None)

    def add(self, compared: Sequence[OpenModel], path: Path) -> None:
        """Compares the file `path` with all of `compared` from now on."""
        self._links += [frozenset({model.path, path}) for model in compared]
        self._added.add(path)
        self._left_out.discard(path)

    def leave_out(self, model: OpenModel) -> None:
        self._left_out.add(model.path)
        self._added.discard(model.path)

    def set_reference(self, chosen: OpenModel, compared: Sequence[OpenModel]) -> None:
        """Every other of `compared` is measured against `chosen`."""
        for model in compared:
            self._references[model.path] = chosen.path

    def _connected(self, current: OpenModel, models: Sequence[OpenModel]) -> list[OpenModel]:
        found, waiting = {current.path}, [current]
        while waiting:
            model = waiting.pop()
            near = [*family(model, models), *self._linked(model, models)]
            new = [other for other in near if other.path not in found]
            found |= {other.path for other in new}
            waiting += new
        if len(found) == 1:
            found |= {other.path for other in models if alike(current.model, other.model)}
        return [model for model in models if model.path in found]

    def _linked(self, model: OpenModel, models: Iterable[OpenModel]) -> list[OpenModel]:
        linked = frozenset[Path]().union(*(link for link in self._links if model.path in link))
        return [other for other in models if other.path in linked]

    def _reference(self, chosen: Sequence[OpenModel]) -> OpenModel:
        """The one the user chose; else the float .tflite, else the Keras file, else the first."""
        wanted = self._references.get(chosen[0].path)
        by_user = [model for model in chosen if model.path == wanted]
        floats = [model for scheme in _FLOAT for model in chosen if model.scheme.id == scheme]
        keras = [model for model in chosen if model.model.is_keras]
        return (by_user or floats or keras or list(chosen))[0]


def family(member: OpenModel, models: Sequence[OpenModel]) -> list[OpenModel]:
    """The source that `member` was made from, or is, and all variants of it."""
    tree: list[list[OpenModel]] = []
    for model, depth in family_tree(models):
        if depth == 0:
            tree.append([])
        tree[-1].append(model)
    return next((branch for branch in tree if member in branch), [member])


def relatives(member: OpenModel, models: Sequence[OpenModel]) -> list[OpenModel]:
    """The family of `member`; where nothing tells one, the models that take and give the same as it."""
    found = family(member, models)
    return found if len(found) > 1 else [each for each in models if each is member or alike(member.model, each.model)]


def alike(one: Model, other: Model) -> bool:
    """Whether two models take and give the same shapes, however many samples at once."""
    return bool(one.inputs()) and _ends(one) == _ends(other)


def _ends(model: Model) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    return [tensor.shape[1:] for tensor in model.inputs()], [tensor.shape[1:] for tensor in model.outputs()]
