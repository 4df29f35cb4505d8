"""Stored arrays become samples: which array feeds which input, which rows are taken."""

from collections.abc import Mapping, Sequence

import numpy as np

from inspector.datasets.assembling import Values, assemble
from inspector.datasets.choice import DataChoice
from inspector.datasets.fitting import Fit, check_type, fit_shape
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.notice import Notice
from inspector.datasets.samples import Samples
from inspector.datasets.selection import chosen_rows
from inspector.datasets.sources import Array, Progress, StoredArray
from inspector.errors import DataError
from inspector.model.finding import Level
from inspector.model.text import plural, shape_text


def array_samples(
    choice: DataChoice, arrays: Sequence[StoredArray], specs: Sequence[InputSpec], title: str, progress: Progress
) -> Samples:
    """Raises DataError where an array is missing, damaged or doesn't fit. `title` names the file."""
    assigned = assign(arrays, choice, specs, title)
    fits = {spec.name: _fit(assigned[spec.name], spec, arrays) for spec in specs}
    total = _same_count(assigned, fits)
    rows = chosen_rows(total, choice.samples, choice.seed, choice.only)
    values, notices = {}, []
    for spec in specs:
        array, fit = assigned[spec.name], fits[spec.name]
        values[spec.name] = Values(_values(array, fit, rows, progress), array.info.name, rows=rows)
        if note := _note(array, fit):
            notices.append(Notice(Level.NOTE, note))
    names = ", ".join(dict.fromkeys(array.info.name for array in assigned.values()))
    text = f"{len(rows):,} of {plural(total, 'sample')} of {names} in {title}"
    return assemble(specs, values, total, text, notices)


def assign(
    arrays: Sequence[StoredArray], choice: DataChoice, specs: Sequence[InputSpec], title: str
) -> dict[str, StoredArray]:
    """Which array feeds which input: as chosen, by name, or the first array for a single input. Raises DataError."""
    by_name = {array.info.name: array for array in arrays}
    offered = ", ".join(list(by_name)[:20])
    chosen = dict(choice.arrays)
    if len(specs) == 1 and "" in chosen:
        chosen[specs[0].name] = chosen.pop("")
    if unknown := [name for name in chosen if not any(name in spec.names for spec in specs)]:
        inputs = ", ".join(spec.name for spec in specs)
        raise DataError(
            f'The model has no input "{unknown[0]}". It has: {inputs}.'
            if unknown[0]
            else f"The model has {len(specs)} inputs ({inputs}): say which array is for which."
        )
    found = {}
    for spec in specs:
        wanted = next((chosen[name] for name in spec.names if name in chosen), None)
        name = wanted if wanted is not None else next((each for each in spec.names if each in by_name), None)
        if name is None and len(specs) == 1:
            name = arrays[0].info.name
        if name is None:
            raise DataError(f"{title} has no array named as the input {spec.name}. It has: {offered}. Choose one.")
        if name not in by_name:
            raise DataError(f'{title} has no array "{name}". It has: {offered}.')
        found[spec.name] = by_name[name]
    return found


def _fit(array: StoredArray, spec: InputSpec, arrays: Sequence[StoredArray]) -> Fit:
    """Raises DataError; its sentence names an array of the same file that would fit."""
    try:
        dtype = array.dtype
        fit = fit_shape(array.info, spec)
        check_type(array.info, dtype, spec)
    except DataError as error:
        for other in arrays:
            if other is not array and _fits(other, spec):
                raise DataError(f"{error} {other.info.name} of the same file would fit.") from error
        raise
    return fit


def _fits(array: StoredArray, spec: InputSpec) -> bool:
    try:
        dtype = array.dtype
        fit = fit_shape(array.info, spec)
        check_type(array.info, dtype, spec)
    except DataError:
        return False
    return not fit.single


def _same_count(arrays: Mapping[str, StoredArray], fits: Mapping[str, Fit]) -> int:
    counts = {name: fit.count for name, fit in fits.items()}
    first = next(iter(counts))
    for name, count in counts.items():
        if count != counts[first]:
            raise DataError(
                f"{arrays[first].info.name} has {plural(counts[first], 'sample')} for the input {first}, but "
                f"{arrays[name].info.name} has {count:,} for {name}. Every input needs as many."
            )
    return counts[first]


def _note(array: StoredArray, fit: Fit) -> str:
    """What was understood otherwise than it is written."""
    shape = array.info.shape
    if fit.single:
        return f"{array.info.name} {shape_text(shape)} is taken as one sample."
    if fit.group > 1:
        return f"{fit.group:,} rows of {array.info.name} make one sample: the input's batch size is fixed."
    if shape[1:] != fit.shape:
        return f"{array.info.name} {shape_text(shape)} is read as {shape_text((shape[0], *fit.shape))}."
    return ""


def _values(array: StoredArray, fit: Fit, rows: Array, progress: Progress) -> Array:
    """(samples, *sample shape); the mapped file itself where every row is wanted."""
    all_rows = len(rows) == fit.count and fit.group == 1
    mapped = array.whole() if all_rows or fit.single else None
    if fit.single:
        values = mapped if mapped is not None else array.take(range(array.info.shape[0]), progress)
        return values.reshape(1, *fit.shape)
    if fit.group > 1:
        wanted = (rows[:, None] * fit.group + np.arange(fit.group)).ravel()
        return array.take(wanted, progress).reshape(len(rows), *fit.shape)
    values = mapped if mapped is not None else array.take(rows, progress)
    return values.reshape(len(rows), *fit.shape)
