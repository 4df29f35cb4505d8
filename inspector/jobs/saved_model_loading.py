"""A SavedModel folder made ready for the converter: which signature, and its batch size fixed where that is wanted."""

from pathlib import Path
from typing import Any

from inspector.errors import JobError, ModelFileError

_DEFAULT = "serving_default"


def prepare_saved_model(path: Path, fixed_batch: bool, scratch: Path) -> tuple[Path, str]:
    """(folder, signature) to convert; a copy in `scratch` with batch size 1 where the batch is open and is to be fixed.

    Raises JobError, ModelFileError; whatever else TensorFlow raises goes on upwards.
    """
    import tensorflow as tf

    try:
        loaded = tf.saved_model.load(str(path))
    except OSError as error:
        why = " ".join(str(error).split())[:200].rstrip(".")
        raise ModelFileError(f"{path.name} is damaged, or no SavedModel: {why}.") from error
    key = _signature_key(path, list(loaded.signatures))
    serve = loaded.signatures[key]
    inputs = serve.structured_input_signature[1]
    if not fixed_batch or not any(_open(spec) for spec in inputs.values()):
        return path, key
    specs = {name: _with_one(tf, name, spec) for name, spec in inputs.items()}
    fixed = tf.function(lambda **values: serve(**values)).get_concrete_function(**specs)
    module = tf.Module()
    module.source = loaded  # keeps the variables
    folder = scratch / "batch_of_one"
    tf.saved_model.save(module, str(folder), signatures={_DEFAULT: fixed})
    return folder, _DEFAULT


def _signature_key(path: Path, keys: list[str]) -> str:
    if _DEFAULT in keys:
        return _DEFAULT
    if len(keys) == 1:
        return keys[0]
    if not keys:
        raise JobError(
            f"{path.name} has no signature, so its inputs and outputs have no names. Save it again with "
            "tf.saved_model.save(model, folder, signatures=...)."
        )
    raise JobError(
        f'{path.name} has {len(keys)} signatures ({", ".join(keys[:5])}) and none named "{_DEFAULT}". Save it with one.'
    )


def _open(spec: Any) -> bool:
    """Whether the first dimension is not known."""
    return spec.shape.rank not in (None, 0) and spec.shape[0] is None


def _with_one(tf: Any, name: str, spec: Any) -> Any:
    return tf.TensorSpec([1, *spec.shape[1:]], spec.dtype, name) if _open(spec) else spec
