"""The answer of a comparison in a sentence a variant: what was quantized to what, and what not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite

from inspector.analysis.compared_tensor import ACTIVATIONS, BIASES, WEIGHTS, ComparedTensor
from inspector.analysis.scheme_facts import REAL_TYPES, SMALL
from inspector.analysis.variants import Variant
from inspector.model import Tensor
from inspector.model.text import plural

BETWEEN = "   "


@dataclass(frozen=True, slots=True)
class _Part:
    """Pairs of one kind: how many, and how many of them have which other type in the variant."""

    count: int
    types: Counter[str]

    @property
    def changed(self) -> int:
        return self.types.total()

    @property
    def whole(self) -> str:
        """The type that all of them have become; "" where they have not."""
        return next(iter(self.types)) if len(self.types) == 1 and self.changed == self.count else ""


def headline(
    variants: Sequence[Variant], rows: Sequence[ComparedTensor], reference: int, measured: bool = False
) -> str:
    """ "DRQ: 4 of 6 weight tensors are INT8.   FIQ: all 6 weights and all activations are INT8, biases INT32."

    `measured`: where no type differs, says whether the values do. A Keras file, the source, has no sentence beside
    other variants.
    """
    others = [place for place in range(len(variants)) if place != reference]
    told = [place for place in others if not variants[place].model.is_keras] or others
    groups: dict[str, list[tuple[str, _Said]]] = {}
    for place in told:
        said = _sentence(variants[place], rows, reference, place, measured)
        alike = said.inside if variants[place].recipe in _FULL_INTEGER else ""
        groups.setdefault(alike or variants[place].label, []).append((variants[place].label, said))
    return BETWEEN.join(map(_group_sentence, groups.values()))


_FULL_INTEGER = ("int8_float_io", "int8", "uint8")


@dataclass(frozen=True, slots=True)
class _Said:
    """`whole` is the sentence; `inside` its part without inputs and outputs, `ends` their types, for variants that
    differ in those alone."""

    whole: str
    inside: str = ""
    ends: str = ""


def _group_sentence(group: Sequence[tuple[str, _Said]]) -> str:
    """ "FIQ float, FIQ int8: all 4 weights and all activations inside are INT8, input and output FLOAT32, INT8." """
    label, said = group[0]
    if len(group) == 1:
        return f"{label}: {said.whole}."
    labels, ends = ", ".join(label for label, _ in group), ", ".join(said.ends for _, said in group)
    return f"{labels}: {said.inside}, input and output {ends}."


def _sentence(variant: Variant, rows: Sequence[ComparedTensor], reference: int, place: int, measured: bool) -> _Said:
    pairs = [row for row in rows if row.pairings[place] is not None and _is_real(row, reference)]
    if not pairs:
        return _Said("no tensor of it is found in the reference")
    weights, biases = (_part(pairs, group, reference, place) for group in (WEIGHTS, BIASES))
    inside = _part(pairs, ACTIVATIONS, reference, place, ends=False)
    ends = _part(pairs, ACTIVATIONS, reference, place, ends=True)
    sparse = _sparse(pairs, reference, place)
    if not (weights.changed or biases.changed or inside.changed or ends.changed or sparse):
        return _Said(_unchanged(variant, pairs, weights.count, place, measured))
    if weights.whole and weights.whole == biases.whole and not inside.changed:
        words = [f"{_all(weights.count, 'weight')} and {_all(biases.count, 'bias', 'biases')} are {weights.whole}"]
    else:
        words = [_weights(weights, inside, ends.count > 0 and ends.whole != inside.whole), _biases(biases)]
    words += [_ends(inside, ends, pairs, place), sparse]
    common = [_weights(weights, inside, True), _biases(biases), sparse] if inside.whole and ends.count else []
    return _Said(_joined(words), _joined(common), " to ".join(dict.fromkeys(_end_types(pairs, place))))


def _joined(words: Sequence[str]) -> str:
    return ", ".join(word for word in words if word)


def _weights(weights: _Part, inside: _Part, inside_only: bool) -> str:
    """ "all 6 weights and all activations are INT8", "4 of 6 weight tensors are INT8", "..., all activations INT16"."""
    if not inside.changed:
        return _some(weights, "weight tensor") if weights.changed else ""
    scope = " inside" if inside_only else ""
    activations = f"all activations{scope}" if inside.whole else _count_words(inside, "activation")
    if weights.whole and weights.whole == inside.whole:
        return f"{_all(weights.count, 'weight')} and {activations} are {inside.whole}"
    name = inside.whole or " and ".join(inside.types)
    if not weights.changed:
        return f"{activations} are {name}"
    return f"{_some(weights, 'weight')}, {activations} {name}"


def _some(part: _Part, noun: str) -> str:
    """ "all 6 weights are INT8", "4 of 6 weight tensors are INT8", "3 of 4 weights are INT4 and 1 INT8"."""
    if part.whole:
        return f"{_all(part.count, noun)} {'is' if part.count == 1 else 'are'} {part.whole}"
    (first, count), *others = part.types.most_common()
    more = "".join(f" and {number:,} {name}" for name, number in others)
    return f"{count:,} of {plural(part.count, noun)} {'is' if count == 1 else 'are'} {first}{more}"


def _biases(biases: _Part) -> str:
    if biases.whole:
        return f"biases {biases.whole}"
    return f"{_count_words(biases, 'bias', 'biases')} {' and '.join(biases.types)}" if biases.changed else ""


def _ends(inside: _Part, ends: _Part, pairs: Sequence[ComparedTensor], place: int) -> str:
    """What inputs and outputs are, where it is not what everything else is."""
    if not ends.count or ends.whole == inside.whole or not (inside.changed or ends.changed):
        return ""
    inputs, outputs = _end_types(pairs, place)
    stay = "" if ends.changed else "stay "
    return f"input and output {stay}{inputs}" if inputs == outputs else f"input {inputs}, output {outputs}"


def _end_types(pairs: Sequence[ComparedTensor], place: int) -> tuple[str, str]:
    """The types of the variant's inputs and of its outputs: "FLOAT32", "FLOAT32 and INT32"."""
    found = [tensor for row in pairs if row.group == ACTIVATIONS and (tensor := row.tensors[place]) is not None]
    inputs, outputs = (
        " and ".join(sorted({tensor.type.name for tensor in found if tensor.kind == kind}))
        for kind in ("input", "output")
    )
    return inputs, outputs


def _sparse(pairs: Sequence[ComparedTensor], reference: int, place: int) -> str:
    weights = [(row.tensors[reference], row.tensors[place]) for row in pairs if row.group == WEIGHTS]
    count = sum(before is not None and after is not None and after.sparsity is not None and before.sparsity is None
                for before, after in weights)  # fmt: skip
    if not count:
        return ""
    words = _all(count, "weight tensor") if count == len(weights) else f"{count:,} of {len(weights):,} weight tensors"
    return f"{words} {'is' if count == 1 else 'are'} stored without zeros"


def _unchanged(variant: Variant, pairs: Sequence[ComparedTensor], weights: int, place: int, measured: bool) -> str:
    if variant.recipe in ("dynamic_range", "sparse_dynamic_range") and weights and not _quantized(pairs, place):
        large = sum(row.group == WEIGHTS and (tensor := row.tensors[place]) is not None and tensor.elements >= SMALL
                    for row in pairs)  # fmt: skip
        words = f"0 of {plural(weights, 'weight tensor')} {'is' if weights == 1 else 'are'} quantized"
        return words if large else f"{words}: all are smaller than {SMALL:,} elements"
    errors = [error for row in pairs if (error := row.errors[place]) is not None]
    if not measured or not errors:
        return "no type differs"
    other = [error for error in errors if not error.exact]
    if not other:
        return f"no type differs, and all {plural(len(errors), 'stored tensor')} are equal"
    count = f"{len(other):,} of {plural(len(errors), 'stored tensor')}"
    worst = min(error.sqnr_db for error in other)
    told = f" (SQNR {floor(worst):,} dB or more)" if isfinite(worst) else ""
    return f"no type differs, but {count} {'has' if len(other) == 1 else 'have'} other values{told}"


def _quantized(pairs: Sequence[ComparedTensor], place: int) -> bool:
    """Whether any weights of the variant are integers."""
    weights = [row.tensors[place] for row in pairs if row.group == WEIGHTS]
    return any(tensor is not None and tensor.type.is_integer for tensor in weights)


def _part(pairs: Sequence[ComparedTensor], group: str, reference: int, place: int, ends: bool | None = None) -> _Part:
    """`ends`: of activations, only inputs and outputs, or only the others."""
    chosen = [row for row in pairs if row.group == group and (ends is None or _is_end(row.tensors[reference]) == ends)]
    types: Counter[str] = Counter()
    for row in chosen:
        after = row.tensors[place]
        if after is not None and row.changed(reference, place):
            types[after.type.name] += 1
    return _Part(len(chosen), types)


def _is_real(row: ComparedTensor, reference: int) -> bool:
    """Not a computed shape or index, which no recipe quantizes."""
    tensor = row.tensors[reference]
    return row.group != ACTIVATIONS or (tensor is not None and tensor.type.name in REAL_TYPES)


def _is_end(tensor: Tensor | None) -> bool:
    return tensor is not None and tensor.kind in ("input", "output")


def _all(count: int, noun: str, many: str = "") -> str:
    return f"the only {noun}" if count == 1 else f"all {plural(count, noun, many)}"


def _count_words(part: _Part, noun: str, many: str = "") -> str:
    return f"{part.changed:,} of {plural(part.count, noun, many)}"
