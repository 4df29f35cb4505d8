"""Looks at calibration data in a thread: which arrays there are, and whether they fit the model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inspector.datasets.checks import check_choice
from inspector.datasets.choice import DataChoice
from inspector.datasets.description import DataDescription, describe
from inspector.datasets.fitting import fit_shape
from inspector.datasets.input_spec import InputSpec, input_specs, real_specs
from inspector.datasets.notice import Notice
from inspector.datasets.sources import ArrayInfo
from inspector.errors import DataError
from inspector.gui.background import Progress
from inspector.model import Model
from inspector.model.finding import Level


@dataclass(frozen=True, slots=True)
class DataCheck:
    """What was found of `choice`. `usable`: nothing speaks against starting; `arrays` can be chosen from."""

    choice: DataChoice
    description: DataDescription | None
    notices: tuple[Notice, ...]
    usable: bool


def check_data(choice: DataChoice, model: Model | None, progress: Progress, real: bool = False) -> DataCheck:
    """Everything that can be said before work begins. Without a `model` only the file itself is looked at; `real`:
    quantized inputs are given real values."""
    description = None
    try:
        description = describe(choice, progress)
        if model is not None and not choice.arrays:
            choice = replace(choice, arrays=fitting_arrays(description.arrays, specs_of(model, real)))
        if model is None:
            notices: tuple[Notice, ...] = (
                Notice(Level.NOTE, "Whether it fits the inputs of a SavedModel is checked when the job starts."),
            )
        else:
            notices = check_choice(choice, model, progress, real)
    except DataError as error:
        return DataCheck(choice, description, (Notice(Level.DAMAGE, str(error)),), False)
    except MemoryError:
        sentence = "The samples take more memory than there is. Choose fewer."
        return DataCheck(choice, description, (Notice(Level.DAMAGE, sentence),), False)
    return DataCheck(choice, description, notices, True)


def specs_of(model: Model, real: bool) -> tuple[InputSpec, ...]:
    """What samples are given as: real values, or what the inputs store."""
    return real_specs(model) if real else input_specs(model)


def fitting_arrays(arrays: Sequence[ArrayInfo], specs: Sequence[InputSpec]) -> tuple[tuple[str, str], ...]:
    """An array for each input as (input, array) pairs: the one of its name, else the first of its shape; () where the
    file has none to choose from, or one input has none that fits."""
    if len(arrays) < 2:
        return ()
    found = []
    for spec in specs:
        named = [info.name for info in arrays if info.name in spec.names]
        fitting = named or [info.name for info in arrays if _fits(info, spec)]
        if not fitting:
            return ()
        found.append((spec.name, fitting[0]))
    return tuple(found)


def _fits(info: ArrayInfo, spec: InputSpec) -> bool:
    try:
        fit_shape(info, spec)
    except DataError:
        return False
    return not info.problem
