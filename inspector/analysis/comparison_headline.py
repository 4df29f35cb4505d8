"""The answer of a comparison in one line: what each variant quantized, and what not."""

from collections import Counter
from collections.abc import Sequence

from inspector.analysis.compared_tensor import ACTIVATIONS, BIASES, WEIGHTS, ComparedTensor
from inspector.analysis.variants import Variant


def headline(variants: Sequence[Variant], rows: Sequence[ComparedTensor], reference: int) -> str:
    """ "DRQ: 4 of 6 weight tensors are INT8.   FIQ: all 6 weights and all activations are INT8, biases INT32."""
    sentences = []
    for place, variant in enumerate(variants):
        if place != reference and not variant.model.is_keras:
            sentences.append(f"{variant.label}: {_sentence(rows, reference, place)}.")
    return "   ".join(sentences)


def _sentence(rows: Sequence[ComparedTensor], reference: int, place: int) -> str:
    changed = {group: _changes(rows, group, reference, place) for group in (WEIGHTS, BIASES, ACTIVATIONS)}
    if not any(changes for _, changes in changed.values()):
        return "no type differs"
    count, weights = changed[WEIGHTS]
    name, number = weights.most_common(1)[0] if weights else ("", 0)
    return f"{'all' if number == count else f'{number:,} of'} {count:,} weight tensors are {name}"


def _changes(rows: Sequence[ComparedTensor], group: str, reference: int, place: int) -> tuple[int, Counter[str]]:
    """How many pairs the group has, and how many of them became which other type."""
    pairs = [row for row in rows if row.group == group and row.pairings[place] is not None]
    types: Counter[str] = Counter()
    for row in pairs:
        after = row.tensors[place]
        if after is not None and row.changed(reference, place):
            types[after.type.name] += 1
    return len(pairs), types
