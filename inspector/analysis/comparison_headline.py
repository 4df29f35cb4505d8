"""The answer of a comparison in a sentence a variant: what was quantized to what, and what not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite

from inspector.analysis.compared_tensor import ACTIVATIONS, BIASES, WEIGHTS, ComparedTensor
from inspector.analysis.scheme_facts import REAL_TYPES, SMALL, weight_facts
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
    return BETWEEN.join(
        f"{variants[place].label}: {_sentence(variants[place], rows, reference, place, measured)}." for place in told
    )


def _sentence(variant: Variant, rows: Sequence[ComparedTensor], reference: int, place: int, measured: bool) -> str:
    pairs = [row for row in rows if row.pairings[place] is not None and _is_real(row, reference)]
    if not pairs:
        return "no tensor of it is found in the reference"
    if not any(row.group == WEIGHTS for row in pairs) and weight_facts(variant.model).count:
        return "none of its weights is found in the reference"
    parts = {group: _part(pairs, group, reference, place) for group in (WEIGHTS, BIASES)}
    inside = _part(pairs, ACTIVATIONS, reference, place, ends=False)
    ends = _part(pairs, ACTIVATIONS, reference, place, ends=True)
    sparse = _sparse(pairs, reference, place)
    if not (parts[WEIGHTS].changed or parts[BIASES].changed or inside.changed or ends.changed or sparse):
        return _unchanged(variant, pairs, parts[WEIGHTS].count, place, measured)
    weights, biases = parts[WEIGHTS], parts[BIASES]
    if weights.whole and weights.whole == biases.whole and not inside.changed:
        words = [f"{_all(weights.count, 'weight')} and {_all(biases.count, 'bias', 'biases')} are {weights.whole}"]
    else:
        words = [_weights(weights, inside, ends), _biases(biases)]
    words += [_ends(inside, ends, pairs, place), sparse]
    return ", ".join(word for word in words if word)


def _weights(weights: _Part, inside: _Part, ends: _Part) -> str:
    """ "all 6 weights and all activations are INT8", "4 of 6 weight tensors are INT8", "..., all activations INT16"."""
    if not inside.changed:
        return _some(weights, "weight tensor") if weights.changed else ""
    scope = " inside" if ends.count and ends.whole != inside.whole else ""
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
    found = [tensor for row in pairs if row.group == ACTIVATIONS and _is_end(tensor := row.tensors[place])]
    inputs = sorted({tensor.type.name for tensor in found if tensor is not None and tensor.kind == "input"})
    outputs = sorted({tensor.type.name for tensor in found if tensor is not None and tensor.kind == "output"})
    stay = "" if ends.changed else "stay "
    if inputs == outputs:
        return f"input and output {stay}{' and '.join(inputs)}"
    return f"input {' and '.join(inputs)}, output {' and '.join(outputs)}"


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
