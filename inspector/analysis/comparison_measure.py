"""Fills in what a comparison has to read values for: the error of each pair, the compressed size of each file.

Both are done at once: zlib and numpy let go of Python's lock.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

from inspector.analysis.compared_tensor import ComparedTensor
from inspector.analysis.error_metrics import PairError, pair_error
from inspector.analysis.progress import Progress
from inspector.analysis.sizes import compressed_file_bytes
from inspector.analysis.variants import Variant
from inspector.errors import Cancelled, ValuesError

_LOOK = 0.05  # seconds between two looks whether the user cancelled


def measured(
    variants: Sequence[Variant], rows: Sequence[ComparedTensor], reference: int, progress: Progress | None
) -> tuple[tuple[Variant, ...], tuple[ComparedTensor, ...]]:
    """Raises FileChangedError, and what `progress` raises; the other thread has ended by then."""
    stopped = False
    packed = [0.0] * len(variants)  # bytes of each file that are done

    def compress(place: int) -> int:
        model = variants[place].model

        def ask(fraction: float | None, _message: str) -> None:
            packed[place] = (fraction or 0.0) * model.size_bytes
            if stopped:
                raise Cancelled("Cancelled.")

        return compressed_file_bytes(model, ask)

    with ThreadPoolExecutor(2, "compress") as pool:
        try:
            sizes = [pool.submit(compress, place) for place in range(len(variants))]
            filled = _with_errors(variants, rows, reference, progress)
            total = sum(variant.size_bytes for variant in variants) or 1
            while wait(sizes, _LOOK).not_done:
                if progress is not None:
                    progress(min(sum(packed) / total, 1.0), "Compressing the files")
        finally:
            stopped = True  # where this was left early, the threads have something left to stop
    sized = (replace(v, gzip_bytes=size.result()) for v, size in zip(variants, sizes, strict=True))
    return tuple(sized), filled


def _with_errors(
    variants: Sequence[Variant], rows: Sequence[ComparedTensor], reference: int, progress: Progress | None
) -> tuple[ComparedTensor, ...]:
    report = _by_bytes(rows, reference, progress)
    filled = []
    for row in rows:
        before = row.tensors[reference]
        if before is not None and before.has_data and any(row.pairings):
            report(before.bytes or 0)
            errors = tuple(_error(variants, row, reference, place, report) for place in range(len(variants)))
            row = replace(row, errors=errors) if any(errors) else row
        filled.append(row)
    return tuple(filled)


def _by_bytes(rows: Sequence[ComparedTensor], reference: int, progress: Progress | None) -> Callable[[int], None]:
    """Tells `progress` the share of the reference's bytes that is done."""
    stored = (row.tensors[reference] for row in rows)
    total = sum(tensor.bytes or 0 for tensor in stored if tensor is not None and tensor.has_data) or 1
    done = 0

    def report(size: int) -> None:
        nonlocal done
        if progress is not None:
            progress(min(done / total, 1.0), "Measuring errors")
        done += size

    return report


def _error(
    variants: Sequence[Variant], row: ComparedTensor, reference: int, place: int, report: Callable[[int], None]
) -> PairError | None:
    """None where there is nothing to compare: no pair, no stored values, no numbers, other weights than these."""
    before, after, pairing = row.tensors[reference], row.tensors[place], row.pairings[place]
    if before is None or after is None or pairing is None or pairing.note or not after.has_data:
        return None
    try:
        models = variants[reference].model, variants[place].model
        return pair_error(models[0], before, models[1], after, pairing.axes, lambda *_: report(0))
    except ValuesError:
        return None
