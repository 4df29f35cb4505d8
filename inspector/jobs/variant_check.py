"""Is a variant fit to be delivered: read by our reader, allocated, run on a sample; and did the recipe do anything?"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inspector.errors import InspectorError, JobError
from inspector.formats import open_model
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import Recipe
from inspector.jobs.variant_run import Array, run_once
from inspector.jobs.variant_verdict import float_operators, integer_io_note, quantized_weights_note, sparse_note
from inspector.model import Model

_KEPT = "Nothing of it was kept."


def check_variant(path: Path, recipe: Recipe, options: QuantizeOptions, sample: Sequence[Array] | None) -> list[str]:
    """Notes for the user. `sample`: one real value array an input, in order; None makes one up.

    Raises JobError if the variant can't be delivered.
    """
    try:
        model = open_model(path)
    except InspectorError as error:
        raise JobError(f"{recipe.title}: what was made can't be read. {error} {_KEPT}") from error
    _check_weights(model, recipe)
    notes = [*_strictness(model, recipe, options), *quantized_weights_note(model, recipe), *sparse_note(model, recipe)]
    notes += integer_io_note(model, recipe, options)
    try:
        run = run_once(path, sample)
    except (ValueError, RuntimeError) as error:
        why = " ".join(str(error).split())[:300].rstrip(".")
        raise JobError(f"{recipe.title}: the variant was made, but can't be run: {why}. {_KEPT}") from error
    for name, values in run.outputs.items():
        if np.issubdtype(values.dtype, np.floating) and not np.isfinite(values).all():
            raise JobError(f"{recipe.title}: the output {name} is not finite on a sample (NaN or infinite). {_KEPT}")
    return notes + ([run.note] if run.note else [])


def _check_weights(model: Model, recipe: Recipe) -> None:
    """A converter that loses the weights reads them from variables that nobody fills; models with state fill theirs."""
    names = {operator.op_name for operator in model.operators()}
    if "VAR_HANDLE" in names and "ASSIGN_VARIABLE" not in names:
        raise JobError(f"{recipe.title}: the converter left the weights out (VAR_HANDLE operators). {_KEPT}")


def _strictness(model: Model, recipe: Recipe, options: QuantizeOptions) -> list[str]:
    """Full integer means that nothing inside stays float; TensorFlow's converter does not see to it."""
    if not recipe.calibrated:
        return []
    names = float_operators(model)
    if not names:
        return []
    shown = ", ".join(f"{name} ({count:,})" if count > 1 else name for name, count in names.items())
    if options.float_operators or options.float_tensors:
        return [f"Stays float, as chosen: {shown}. Integer-only devices can't run this variant."]
    if not options.float_fallback:
        _check_finite(model, recipe)
        raise JobError(
            f"{recipe.title}: these operators have no integer form and stay float: {shown}. "
            "Allow float fallback to keep them so; integer-only devices can't run such a model."
        )
    return [f"Stays float: {shown}. Integer-only devices can't run this variant."]


def _check_finite(model: Model, recipe: Recipe) -> None:
    """Weights that are not finite have no scale: the quantizer leaves their operators float without a word."""
    for tensor in model.tensors():
        if tensor.role == "weights" and tensor.type.is_float and not np.isfinite(model.values(tensor)).all():
            raise JobError(
                f"{recipe.title}: the weights {tensor.name} hold NaN or infinity, so they can't be quantized. "
                "Look at how the model was trained."
            )
