"""What the Quantize dialog has to know of a source before it can offer anything; looked up in a thread."""

from dataclasses import dataclass
from pathlib import Path

from inspector.errors import InspectorError, JobError, ModelFileError
from inspector.jobs.engine import engine_of
from inspector.jobs.keras_loading import check_code
from inspector.jobs.sources import open_source
from inspector.model import Model

_MOST_COUNTED = 1 << 25


@dataclass(frozen=True, slots=True, eq=False)
class SourceFacts:
    """`problem` says why nothing can be made of it, "" if it can; `code` what would run when it is loaded. `model` is
    None for a SavedModel folder, whose inputs only TensorFlow knows, and where there is a problem. `data` is the only
    .npz in the same folder: most likely its samples. `zero_share` of the weights are 0; None if not counted."""

    path: Path
    from_tflite: bool = False
    model: Model | None = None
    engine: str = ""
    problem: str = ""
    code: str = ""
    data: Path | None = None
    zero_share: float | None = None


def look_at(path: Path) -> SourceFacts:
    """Reads the file; runs nothing of it."""
    try:
        source = open_source(path)
        engine = engine_of(path)
    except (JobError, ModelFileError) as error:
        return SourceFacts(path, path.suffix.lower() in (".tflite", ".lite"), problem=str(error))
    code, data = _code(source.model), data_beside(path)
    return SourceFacts(path, source.from_tflite, source.model, engine, "", code, data, _zero_share(source.model))


def _code(model: Model | None) -> str:
    if model is None or not model.is_keras:
        return ""
    try:
        check_code(model, allow_code=False)
    except InspectorError as error:
        return str(error)
    return ""


def data_beside(source: Path) -> Path | None:
    """The only .npz in the same folder, if there is one."""
    try:
        found = [path for path in source.parent.iterdir() if path.suffix == ".npz"]
    except OSError:
        return None
    return found[0] if len(found) == 1 else None


def _zero_share(model: Model | None) -> float | None:
    """Counts zeros, as sparse recipes leave them out; not in models so large that it would take seconds."""
    if model is None:
        return None
    weights = [tensor for tensor in model.tensors() if tensor.role == "weights" and tensor.elements]
    elements = sum(tensor.elements or 0 for tensor in weights)
    if not 0 < elements <= _MOST_COUNTED:
        return None
    try:
        return sum(int((model.values(tensor) == 0).sum()) for tensor in weights) / elements
    except InspectorError:
        return None
