"""Fills in what a comparison has to read values for: the error of each pair, the compressed size of each file."""

from collections.abc import Sequence
from dataclasses import replace

from inspector.analysis.compared_tensor import ComparedTensor
from inspector.analysis.error_metrics import PairError, pair_error
from inspector.analysis.progress import Progress
from inspector.analysis.sizes import compressed_file_bytes
from inspector.analysis.variants import Variant
from inspector.errors import ValuesError


def measured(
    variants: Sequence[Variant], rows: Sequence[ComparedTensor], reference: int, progress: Progress | None
) -> tuple[tuple[Variant, ...], tuple[ComparedTensor, ...]]:
    """Raises FileChangedError, and what `progress` raises."""
    filled = []
    for number, row in enumerate(rows):
        if progress is not None:
            progress(number / len(rows), "Measuring errors")
        filled.append(replace(row, errors=tuple(_error(variants, row, reference, p) for p in range(len(variants)))))
    sized = tuple(replace(variant, gzip_bytes=compressed_file_bytes(variant.model, None)) for variant in variants)
    return sized, tuple(filled)


def _error(variants: Sequence[Variant], row: ComparedTensor, reference: int, place: int) -> PairError | None:
    """None where there is nothing to compare: no pair, no stored values, no numbers."""
    before, after, pairing = row.tensors[reference], row.tensors[place], row.pairings[place]
    if before is None or after is None or pairing is None or pairing.note:
        return None
    if not (before.has_data and after.has_data):
        return None
    try:
        return pair_error(variants[reference].model, before, variants[place].model, after, pairing.axes)
    except ValuesError:
        return None
