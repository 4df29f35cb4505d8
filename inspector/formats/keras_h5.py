"""Reads Keras' HDF5 files: whole models and weights alone, of Keras 1, 2 and 3."""

from pathlib import Path

from inspector.errors import DamagedFileError, NotAModelError
from inspector.formats.file_bytes import FileBytes
from inspector.formats.keras_config import parse_json, read_model
from inspector.formats.keras_graph import infer_shapes
from inspector.formats.keras_groups import named_groups, stored_groups
from inspector.formats.keras_hdf5 import Group, attribute_text, other_links, root_group, subgroup
from inspector.formats.keras_model import Parts, build_model
from inspector.formats.keras_notes import config_damaged, model_facts, no_weights
from inspector.formats.keras_optimizer import optimizer_state
from inspector.formats.keras_source import Source
from inspector.formats.keras_store import is_store
from inspector.formats.keras_weights import Found, named_layers, read_named_weights
from inspector.model import Model


def read_keras_h5(path: str | Path) -> Model:
    """Opens an .h5 or .hdf5 file. Raises NotAModelError, DamagedFileError, ModelFileError."""
    path = Path(path)
    opened = FileBytes(path)
    source = Source(opened, 0, opened.size)
    try:
        parts = _read(root_group(source), source)
    except DamagedFileError as error:
        raise with_name(path, error) from None
    return build_model(parts)


def with_name(path: Path, error: DamagedFileError) -> DamagedFileError:
    """The sentence with the file's name in it."""
    words = str(error)
    return DamagedFileError(f"{path.name} {words[9:]}" if words.startswith("The file ") else f"{path.name}: {words}")


def _read(file: Group, source: Source) -> Parts:
    problem = None
    try:
        if (config := attribute_text(file, "model_config")) is not None:
            return _whole_model(file, source, config)
    except DamagedFileError as error:  # the weights may still be there
        problem = error
    parts = _weights_alone(file, source)
    if parts is None:
        raise problem or NotAModelError(
            f"{source.path.name} is an HDF5 file, but holds no Keras model: it has no model_config, no layer_names and "
            "no layers with variables."
        )
    if problem is not None:
        parts.findings.insert(0, config_damaged("model_config", problem))
    return parts


def _weights_alone(file: Group, source: Source) -> Parts | None:
    for group in (file, subgroup(file, "model_weights")):
        if group is not None and named_layers(group) is not None:
            return named_groups(file, source, group)
    return stored_groups(file, source, "keras_weights") if is_store(file) else None


def _whole_model(file: Group, source: Source, text: str) -> Parts:
    model = read_model(parse_json(text, "model_config"))
    infer_shapes(model)
    group = subgroup(file, "model_weights")
    found = read_named_weights(group, model, source.size) if group is not None else Found()
    parts = Parts(source, "keras_h5", model, found, optimizer_state(file, source.size, found))
    training = None
    try:
        if text := attribute_text(file, "training_config") or "":
            training = parse_json(text, "training_config")
    except DamagedFileError as error:
        parts.findings.append(config_damaged("training_config", error))
    places = [place for place in (file, group) if place is not None]
    version, backend = (
        next((words for place in places if (words := attribute_text(place, name))), None)
        for name in ("keras_version", "backend")
    )
    parts.facts = model_facts(model, version, backend, training)
    parts.links = [link for place in places for link in other_links(place)]
    if group is None:
        parts.findings.append(no_weights("model_weights"))
    return parts
