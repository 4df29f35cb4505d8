"""Opens a choice of samples for the inputs of a model, whatever kind of data it names."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from inspector.datasets.choice import DataChoice
from inspector.datasets.fitting import Fit, check_type, convert, fit_shape
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.notice import Notice
from inspector.datasets.numpy_files import NumpyArray, npy_array, npz_arrays
from inspector.datasets.samples import Samples
from inspector.datasets.selection import chosen_rows
from inspector.datasets.sources import Array, Progress, StoredArray, no_progress
from inspector.errors import DataError
from inspector.model.finding import Level
from inspector.model.text import plural, shape_text


def open_samples(choice: DataChoice, specs: Sequence[InputSpec], progress: Progress = no_progress) -> Samples:
    """The chosen samples, checked against the inputs. Raises DataError with a sentence, Cancelled from `progress`."""
    if not specs:
        raise DataError("The model has no inputs that samples could be given to.")
    path = Path(choice.path).expanduser()
    return _from_arrays(choice, assign(_numpy_arrays(path), choice, specs, path.name), specs, path.name, progress)


def _numpy_arrays(path: Path) -> Sequence[NumpyArray]:
    if not path.is_file():
        raise DataError(f"There is no file {path}.")
    if not path.stat().st_size:
        raise DataError(f"{path.name} is empty (0 bytes).")
    return [npy_array(path)] if path.suffix.lower() == ".npy" else npz_arrays(path)


def assign(
    arrays: Sequence[StoredArray], choice: DataChoice, specs: Sequence[InputSpec], title: str
) -> dict[str, StoredArray]:
    """Which array feeds which input: as chosen, by name, or the first array for a single input. Raises DataError."""
    by_name = {array.info.name: array for array in arrays}
    offered = ", ".join(list(by_name)[:20])
    chosen = dict(choice.arrays)
    if len(specs) == 1 and "" in chosen:
        chosen[specs[0].name] = chosen.pop("")
    known = {name for spec in specs for name in spec.names}
    if unknown := [name for name in chosen if name not in known]:
        raise DataError(f'The model has no input "{unknown[0]}". It has: {", ".join(spec.name for spec in specs)}.')
    found = {}
    for spec in specs:
        wanted = next((chosen[name] for name in spec.names if name in chosen), None)
        name = wanted if wanted is not None else next((each for each in spec.names if each in by_name), None)
        if name is None and len(specs) == 1 and not chosen:
            name = arrays[0].info.name
        if name is None:
            raise DataError(f"{title} has no array named as the input {spec.name}. It has: {offered}. Choose one.")
        if name not in by_name:
            raise DataError(f'{title} has no array "{name}". It has: {offered}.')
        found[spec.name] = by_name[name]
    return found


def _from_arrays(
    choice: DataChoice, arrays: Mapping[str, StoredArray], specs: Sequence[InputSpec], title: str, progress: Progress
) -> Samples:
    fits = {}
    for spec in specs:
        array = arrays[spec.name]
        dtype = array.dtype
        fits[spec.name] = fit_shape(array.info, spec)
        check_type(array.info, dtype, spec)
    total = _same_count(arrays, fits)
    rows = chosen_rows(total, choice.samples, choice.seed)
    found, ranges, notices = {}, {}, []
    for spec in specs:
        array, fit = arrays[spec.name], fits[spec.name]
        found[spec.name], ranges[spec.name] = convert(_values(array, fit, rows, progress), spec, array.info.name)
        if fit.single:
            text = f"{array.info.name} {shape_text(array.info.shape)} is taken as one sample."
            notices.append(Notice(Level.NOTE, text))
    names = ", ".join(dict.fromkeys(array.info.name for array in arrays.values()))
    text = f"{len(rows):,} of {plural(total, 'sample')} of {names} in {title}"
    return Samples(tuple(specs), found, len(rows), total, text, notices=tuple(notices), ranges=ranges)


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


def _values(array: StoredArray, fit: Fit, rows: Array, progress: Progress) -> Array:
    """(samples, *sample shape); the mapped file itself where every row is wanted."""
    all_rows = len(rows) == fit.count
    mapped = array.whole() if all_rows or fit.single else None
    if fit.single:
        values = mapped if mapped is not None else array.take(range(array.info.shape[0]), progress)
        return values.reshape(1, *fit.shape)
    if fit.group > 1:
        wanted = (rows[:, None] * fit.group + np.arange(fit.group)).ravel()
        return array.take(wanted, progress).reshape(len(rows), *fit.shape)
    values = mapped if mapped is not None else array.take(rows, progress)
    return values.reshape(len(rows), *fit.shape)
