"""Which tensor of one model is which of another: inputs and outputs, then by name, then by operator position and shape.

Names alone mislead: a converter that adds DEQUANTIZE renames what stands behind it ("conv/Relu1" becomes "conv/Relu2",
and the old name goes to something else), and "arith.constant7" means nothing in another file. So where two models
compute the same operators in the same order, their position decides, and elsewhere a name that is one's own.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from inspector.analysis.compared_tensor import Pairing
from inspector.analysis.keras_pairing import pair_keras
from inspector.analysis.skeleton import aligned_steps, skeleton_of
from inspector.model import Model, Subgraph, Tensor
from inspector.model.text import shape_text

Key = tuple[int, int]
Pairs = dict[Key, tuple[Tensor, Pairing]]

_GENERIC = re.compile(r"(arith\.constant|std\.constant|tfl\.\w+|[Cc]onst(ant)?|)\d*")
BY_NAME, BY_PART, BY_POSITION = Pairing("name"), Pairing("part"), Pairing("position")


def pair_models(reference: Model, model: Model) -> Pairs:
    """(subgraph, index) of a tensor of the reference -> its partner in `model`. Needs no values."""
    if reference.is_keras != model.is_keras:
        return pair_keras(reference, model)
    pairs: Pairs = {}
    for first, second in zip(reference.subgraphs, model.subgraphs, strict=False):
        found = _Pairer(first, second)
        found.pair()
        for index, (partner, pairing) in found.pairs.items():
            pairs[first.index, index] = second.tensors[partner], pairing
    return pairs


class _Pairer:
    """Pairs two subgraphs. A tensor of the second is given once, but for constants that several operators share."""

    def __init__(self, first: Subgraph, second: Subgraph) -> None:
        self.first, self.second = first, second
        self.pairs: dict[int, tuple[int, Pairing]] = {}
        self._taken: set[int] = set()
        same = list(first.operator_columns.op_names) == list(second.operator_columns.op_names)
        self._skeletons = skeleton_of(first, same), skeleton_of(second, same)

    def pair(self) -> None:
        self._ends(self.first.inputs, self.second.inputs)
        self._ends(self.first.outputs, self.second.outputs)
        by_position, certain = self._by_position()
        if certain:
            self._take_all(by_position.items(), BY_POSITION, shared=True)
        self._by_name(own=True)
        self._take_all(by_position.items(), BY_POSITION, shared=True)
        self._by_name(own=False)
        self._by_part()
        self._by_name_alone()

    def _ends(self, ends: Sequence[int], others: Sequence[int]) -> None:
        """Inputs with inputs, outputs with outputs: by name, then by place where there are as many."""
        names, sound = self.second.tensor_columns.names, range(len(self.second.tensor_columns))
        named = {names[index]: index for index in others if index in sound}
        mine = [index for index in ends if 0 <= index < len(self.first.tensor_columns)]
        for index in mine:
            partner = named.get(self.first.tensor_columns.names[index])
            if partner is not None:
                self._take(index, partner, BY_NAME)
        if len(ends) == len(others):
            for index, partner in zip(ends, others, strict=True):
                if index in mine and partner in sound:
                    self._take(index, partner, BY_POSITION)

    def _by_position(self) -> tuple[dict[int, int], bool]:
        """What stands at the same place of the same operator, and whether the two models compute all the same."""
        one, two = self._skeletons
        steps, certain = aligned_steps(one, two)
        found: dict[int, int] = {}
        for step, other in steps:
            for tensors, partners in (
                (one.inputs(step), two.inputs(other)),
                (self.first.operator_columns.outputs[step], self.second.operator_columns.outputs[other]),
            ):
                if len(tensors) == len(partners):
                    for tensor, partner in zip(tensors, partners, strict=True):
                        if tensor not in found and self._alike(tensor, partner):
                            found[tensor] = partner
        return found, certain

    def _by_name(self, own: bool) -> None:
        """Equal names, shapes and kinds; `own`: only names that are a tensor's own, no "arith.constant3"."""
        places: dict[tuple[str, bool], int] = {}
        for index in self._free(1):
            places.setdefault((self.second.tensor_columns.names[index], self._made(1, index)), index)
        for index in self._free(0):
            name = self.first.tensor_columns.names[index]
            partner = places.get((name, self._made(0, index)))
            if partner is not None and name and not (own and _GENERIC.fullmatch(name)):
                self._take(index, partner, BY_NAME)

    def _by_part(self) -> None:
        """Names fused with ";" that share a part: the only one of this shape, or the one that shares most."""
        parts: defaultdict[str, list[int]] = defaultdict(list)
        names = self.second.tensor_columns.names
        for index in self._free(1):
            if not self._made(1, index):
                for part in set(names[index].split(";")):
                    if not _GENERIC.fullmatch(part):
                        parts[part].append(index)
        for index in self._free(0):
            if self._made(0, index):
                continue
            shared: defaultdict[int, int] = defaultdict(int)
            for part in set(self.first.tensor_columns.names[index].split(";")):
                for partner in parts.get(part, ())[:100]:
                    if partner not in self._taken and self._alike(index, partner):
                        shared[partner] += 1
            best = sorted(shared, key=lambda partner: -shared[partner])
            if best and (len(best) == 1 or shared[best[0]] > shared[best[1]]):
                self._take(index, best[0], BY_PART)

    def _by_name_alone(self) -> None:
        """The same name with another shape: the weights of a model that was changed."""
        names, shapes = self.second.tensor_columns.names, self.second.tensor_columns.shapes
        places = {(names[index], self._data(self.second, index)): index for index in self._free(1)}
        for index in self._free(0):
            name = self.first.tensor_columns.names[index]
            partner = places.get((name, self._data(self.first, index)))
            if partner is None or partner in self._taken or _GENERIC.fullmatch(name) or self._made(0, index):
                continue
            shape = self.first.tensor_columns.shapes[index]
            note = f"the shapes differ: {shape_text(shape)} and {shape_text(shapes[partner])}"
            self.pairs[index] = partner, Pairing("name", note=note)
            self._taken.add(partner)

    def _take_all(self, found: Iterable[tuple[int, int]], pairing: Pairing, shared: bool) -> None:
        for index, partner in found:
            self._take(index, partner, pairing, shared and self._data(self.second, partner))

    def _take(self, index: int, partner: int, pairing: Pairing, shared: bool = False) -> None:
        """Pairs the two if they are alike and free; `shared`: the partner may be another's too."""
        if index in self.pairs or (partner in self._taken and not shared) or not self._alike(index, partner):
            return
        same_name = self.first.tensor_columns.names[index] == self.second.tensor_columns.names[partner]
        self.pairs[index] = partner, BY_NAME if same_name else pairing
        self._taken.add(partner)

    def _alike(self, index: int, partner: int) -> bool:
        """Both are there, both stored or both computed, of the same shape."""
        one, two = self.first.tensor_columns, self.second.tensor_columns
        return (
            0 <= index < len(one)
            and 0 <= partner < len(two)
            and self._data(self.first, index) == self._data(self.second, partner)
            and one.shapes[index] == two.shapes[partner]
        )

    def _free(self, side: int) -> list[int]:
        """Tensors without a partner; an optimizer's state takes no part."""
        taken = self._taken if side else self.pairs
        kinds = (self.second if side else self.first).tensor_columns.kinds
        return [index for index, kind in enumerate(kinds) if index not in taken and kind != "optimizer"]

    def _made(self, side: int, index: int) -> bool:
        """Whether a converter writes it: it pairs with its like only."""
        return index in self._skeletons[side].source

    @staticmethod
    def _data(subgraph: Subgraph, index: int) -> bool:
        return subgraph.tensor_columns.kinds[index] == "constant"


__all__ = ["Pairs", "pair_models"]
