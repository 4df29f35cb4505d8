"""The right answers to samples: class numbers, a row of classes for each, or the folders that images are in."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inspector.datasets.choice import DataChoice
from inspector.datasets.kinds import kind_of
from inspector.datasets.samples import Samples
from inspector.datasets.selection import chosen_rows
from inspector.datasets.sources import Array, Progress, no_progress
from inspector.errors import DataError
from inspector.model.text import printable, shape_text

LABEL_NAMES = frozenset({"label", "labels", "class", "classes", "target", "targets", "y", "category"})
FOLDERS = "folders"
"""The `labels` of a folder of images: each is of the class whose folder it is in."""
_MOST_CLASSES = 100_000


def read_labels(
    choice: DataChoice,
    samples: Samples,
    progress: Progress = no_progress,
    numbers: bool = False,
    names: Sequence[str] = (),
) -> Array | None:
    """(n,) or (n, classes), read-only, for the samples that `open_samples` took of the same choice; None where no
    labels are named. With `numbers` any finite numbers are labels, in any shape: (n, ...). `names` gives the classes of
    folders their order. Raises DataError where labels are missing, no numbers, or not as many as samples."""
    if not choice.labels:
        return None
    kind, path = kind_of(choice.path), Path(choice.path).expanduser()
    if kind == "images":
        return folder_labels(path, choice.labels, samples, names)
    if kind not in ("npz", "csv"):
        raise DataError(
            f"{path.name} has no labels: they are an array of a .npz, a column of a .csv, or folders of images."
        )
    rows = chosen_rows(samples.total, choice.samples, choice.seed)
    if kind == "npz":
        values = _of_npz(path, choice.labels, samples.total, rows, progress, numbers)
    else:
        values = _of_csv(path, choice.labels, samples.total, rows, progress)
    return _checked(values, f"{printable(choice.labels)} in {path.name}", numbers)


def folder_labels(path: Path, labels: str, samples: Samples, names: Sequence[str] = ()) -> Array:
    """(n,) class numbers: folders count in the order of `names` where these name them all, else by their own names, as
    in Keras. Raises DataError for images outside of folders."""
    if labels != FOLDERS:
        raise DataError(f'The labels of a folder of images are "{FOLDERS}": the folders in it are the classes.')
    folders = class_folders(path)
    order = list(names) if set(folders) <= set(names) else folders
    found = np.array([order.index(_class_of(each, path, folders)) for each in samples.origins], np.int64)
    found.setflags(write=False)
    return found


def class_folders(path: Path) -> list[str]:
    """The folders in a folder of images, by name. Raises DataError where it can't be read."""
    try:
        return sorted(each.name for each in path.iterdir() if each.is_dir() and not each.name.startswith("."))
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}.") from error


def _class_of(image: str, path: Path, folders: Sequence[str]) -> str:
    parts = Path(image).relative_to(path).parts
    if len(parts) < 2 or parts[0] not in folders:
        raise DataError(f"{printable(parts[-1])} is in no folder of {path.name}: each class has a folder of its own.")
    return parts[0]


def label_names(path: str) -> tuple[str, ...]:
    """What could be labels in a file, most likely first: arrays with one number, or one row of classes, a sample, or
    columns. Only headers are read. Raises DataError."""
    kind, place = kind_of(path), Path(path).expanduser()
    if kind == "csv":
        from inspector.datasets.csv_file import read_layout

        return tuple(sorted(read_layout(place, no_progress).header, key=lambda name: name.lower() not in LABEL_NAMES))
    if kind != "npz":
        return ()
    from inspector.datasets.numpy_files import npz_arrays

    found = [each.info for each in npz_arrays(place) if not each.info.problem]
    likely = [each for each in found if len(each.shape) in (1, 2) and (len(each.shape) == 1 or each.shape[1] <= 1000)]
    return tuple(each.name for each in sorted(likely, key=lambda each: _unlikely(each.name, each.type)))


def label_partner(array: str, names: tuple[str, ...]) -> str:
    """`y_test` for `x_test`: the labels among `names` that go by their name with an array of samples; "" if none."""
    for sample, label in (("x", "y"), ("X", "y"), ("X", "Y"), ("images", "labels"), ("data", "labels"),
                          ("samples", "labels"), ("input", "target")):  # fmt: skip
        if sample in array and array.replace(sample, label, 1) in names:
            return array.replace(sample, label, 1)
    return next((name for name in names if name.lower() in LABEL_NAMES), "")


def _unlikely(name: str, type_name: str) -> tuple[bool, bool]:
    lowered = name.lower()
    known = lowered in LABEL_NAMES or lowered.startswith(("y_", "label", "target"))
    return not known, not type_name.startswith(("int", "uint", "bool"))


def _of_npz(path: Path, name: str, total: int, rows: Array, progress: Progress, numbers: bool) -> Array:
    from inspector.datasets.numpy_files import npz_arrays

    arrays = {each.info.name: each for each in npz_arrays(path)}
    if name not in arrays:
        offered = ", ".join(map(printable, list(arrays)[:20]))
        raise DataError(f'{path.name} has no array "{printable(name)}" with labels. It has: {offered}.')
    array = arrays[name]
    if array.dtype.kind not in "biuf":
        raise DataError(f"{printable(name)} in {path.name} is {array.info.type}; labels are class numbers.")
    shape = array.info.shape
    if not shape or (len(shape) > 2 and not numbers) or shape[0] != total:
        raise DataError(
            f"{printable(name)} in {path.name} is {shape_text(shape)}; labels are one number, or one row of classes, "
            f"for each of {total:,} samples."
        )
    return array.take(rows, progress)


def _of_csv(path: Path, name: str, total: int, rows: Array, progress: Progress) -> Array:
    from inspector.datasets.csv_file import read_layout, read_rows

    layout = read_layout(path, progress)
    if name not in layout.header:
        offered = ", ".join(map(printable, layout.header[-20:])) or "none, its first line holds numbers"
        raise DataError(f'{path.name} has no column "{printable(name)}" with labels. Its columns: {offered}.')
    if layout.rows != total:
        raise DataError(f"{path.name} has {layout.rows:,} rows for {total:,} samples: each needs a label.")
    return read_rows(layout, rows, progress)[:, layout.header.index(name)]


def _checked(values: Array, title: str, numbers: bool) -> Array:
    """Whole numbers as int64; probabilities and rows of them stay float, with `numbers` all that are no whole ones."""
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise DataError(f"{title} has NaN or infinity among the labels.")
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == 1:
        whole = values.astype(np.int64)
        if numbers:
            whole = whole if np.array_equal(whole, values) else values.astype(np.float64)
        elif not np.array_equal(whole, values) or whole.min(initial=0) < 0 or whole.max(initial=0) > _MOST_CLASSES:
            raise DataError(f"{title} holds other numbers than classes, which count from 0.")
        values = whole
    values.setflags(write=False)
    return values
