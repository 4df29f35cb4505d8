"""One row of a comparison: a tensor of the reference and what became of it in every other variant."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from inspector.analysis.error_metrics import Axes, PairError
from inspector.model import Tensor
from inspector.model.text import plural

WEIGHTS, BIASES, SHAPES, CONSTANTS = "Weights", "Biases", "Shapes", "Other constants"
ACTIVATIONS, UNMATCHED = "Activations, input and output", "Unmatched"
GROUPS = (WEIGHTS, BIASES, SHAPES, CONSTANTS, ACTIVATIONS, UNMATCHED)


@dataclass(frozen=True, slots=True)
class Pairing:
    """How a tensor was found to be the partner of the reference's.

    `how`: "name" (the same name), "part" (names fused with ";" share a part), "position" (the same place of the same
    operator), "layer" (a Keras layer's name stands in the operator's), "order" (of all with this shape, in order).
    `axes` bring the values of (reference, variant) into one order of dimensions; `note` says why no error can be told.
    """

    how: str
    axes: tuple[Axes, Axes] = (None, None)
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ComparedTensor:
    """A tensor of the reference and its partner in every other variant.

    `group` is one of GROUPS. `operator` is (index, op_name) of the operator that reads it first, else of the one that
    writes it, in the model that `name` and `shape` come from: the reference, or, of an unmatched row, the first variant
    that has the tensor. `tensors`, `pairings` and `errors` have one entry a variant: None where it has no such tensor;
    the reference's own pairing and error are None too, and an error that is not measured yet or can't be.
    """

    group: str
    operator: tuple[int, str] | None
    name: str
    shape: tuple[int, ...]
    tensors: tuple[Tensor | None, ...]
    pairings: tuple[Pairing | None, ...]
    errors: tuple[PairError | None, ...]
    note: str = ""
    """Of an unmatched row, where it comes from: "the input as INT8, made by QUANTIZE"."""

    @property
    def home(self) -> int:
        """The place of the variant that name, shape and operator are from."""
        return next(place for place, tensor in enumerate(self.tensors) if tensor is not None)

    def changed(self, reference: int, place: int) -> bool:
        """Whether the type of a variant's tensor differs from the reference's; False where one has no such tensor."""
        before, after = self.tensors[reference], self.tensors[place]
        return before is not None and after is not None and before.type.name != after.type.name


def paired_sentence(rows: Sequence[ComparedTensor], reference: int, places: Sequence[int]) -> str:
    """ "17 of 17 tensors paired by name"; of several `places`, the tensors that every one of these variants has."""
    own = [row for row in rows if row.tensors[reference] is not None]
    whole = [row for row in own if all(row.pairings[place] is not None for place in places)]
    ways: Counter[str] = Counter()
    for row in whole:
        found = {pairing.how for place in places if (pairing := row.pairings[place]) is not None}
        ways[next(how for how in _WAYS if how in found)] += 1
    start = f"{len(whole):,} of {plural(len(own), 'tensor')} paired"
    if len(ways) <= 1:
        return start + "".join(f" {_WAYS[how]}" for how in ways)
    return f"{start}: " + ", ".join(f"{ways[how]:,} {words}" for how, words in reversed(_WAYS.items()) if ways[how])


_WAYS = {  # the weakest evidence first
    "order": "by shape, in order", "layer": "by the layer's name and shape", "part": "by a part of the name",
    "position": "by position and shape", "name": "by name",
}  # fmt: skip
