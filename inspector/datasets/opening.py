"""Opens a choice of samples for the inputs of a model, whatever kind of data it names."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from inspector.datasets.choice import DataChoice
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.kinds import kind_of
from inspector.datasets.range_check import range_notices
from inspector.datasets.samples import Samples
from inspector.datasets.sources import Progress, no_progress
from inspector.errors import DataError


def open_samples(choice: DataChoice, specs: Sequence[InputSpec], progress: Progress = no_progress) -> Samples:
    """The chosen samples, checked against the inputs. Raises DataError with a sentence, Cancelled from `progress`.

    Specs of `input_specs` know their model: then the range of the values is held against it, too, and what was found
    stands in the samples' notices. Runs code only for a .py file with `choice.allow_code`: a program calls that in a
    process of its own.
    """
    if not specs:
        raise DataError("The model has no inputs that samples could be given to.")
    samples = _open(choice, specs, progress)
    found = range_notices(samples)
    return replace(samples, notices=samples.notices + found) if found else samples


def _open(choice: DataChoice, specs: Sequence[InputSpec], progress: Progress) -> Samples:
    kind, path = kind_of(choice.path), Path(choice.path).expanduser()
    if choice.arrays and kind not in ("npz", "npy"):
        raise DataError(f"Only a .npz has arrays to choose from, {path.name} has not.")
    if kind in ("npz", "npy"):
        from inspector.datasets.array_samples import array_samples
        from inspector.datasets.numpy_files import npy_array, npz_arrays

        arrays = npz_arrays(path) if kind == "npz" else [npy_array(path)]
        return array_samples(choice, arrays, specs, path.name, progress)
    if kind == "csv":
        from inspector.datasets.csv_samples import csv_samples

        return csv_samples(path, choice, specs, progress)
    if kind == "images":
        from inspector.datasets.image_folder import image_samples

        return image_samples(path, choice, specs, progress)
    if kind == "python":
        from inspector.datasets.python_file import python_samples

        return python_samples(path, choice, specs, progress)
    from inspector.datasets.random_values import random_samples

    return random_samples(choice, specs)
