"""What the classes are called: in a file that was named, in a model's metadata, or as their folders are."""

from collections.abc import Iterable
from pathlib import Path

from inspector.datasets.choice import DataChoice
from inspector.datasets.labelled import names_of, read_names
from inspector.datasets.labels import FOLDERS, class_folders
from inspector.model import Model


def class_names(models: Iterable[Model], file: str = "", data: DataChoice | None = None) -> tuple[str, ...]:
    """In their order; () where nothing tells. `file` has one name a line. Raises DataError."""
    if file:
        return read_names(file)
    for model in models:
        if found := _in_metadata(model):
            return found
    if data is not None and data.labels == FOLDERS:
        return tuple(class_folders(Path(data.path).expanduser()))
    return ()


def _in_metadata(model: Model) -> tuple[str, ...]:
    """Of a text that is appended as labels are, or that has a line for each value of the output."""
    texts = [each for each in model.associated_files if each.name.lower().endswith(".txt") and each.text]
    for each in texts:
        if "label" in each.name.lower():
            return names_of(each.text)
    sizes = {tensor.shape[-1] for tensor in model.outputs() if tensor.shape}
    for each in texts:
        if len(found := names_of(each.text)) in sizes and len(found) > 1:
            return found
    return ()
