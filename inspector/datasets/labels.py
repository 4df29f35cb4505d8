"""The right answers to samples: class numbers or names, a row of classes for each, the folders that images are in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inspector.datasets.choice import DataChoice
from inspector.datasets.kinds import kind_of
from inspector.datasets.label_columns import LABEL_NAMES, columns_text, label_columns, likely_columns, short_names
from inspector.datasets.numpy_header import TEXT
from inspector.datasets.samples import Samples
from inspector.datasets.selection import chosen_rows
from inspector.datasets.sources import Array, Progress, no_progress
from inspector.datasets.text_labels import text_classes
from inspector.errors import DataError
from inspector.model.text import printable, shape_text

if TYPE_CHECKING:
    from inspector.datasets.csv_file import CsvLayout
    from inspector.datasets.numpy_files import NumpyArray

FOLDERS = "folders"
"""The `labels` of a folder of images: each is of the class whose folder it is in."""
_MOST_CLASSES = 100_000
_NAMES_OF_CLASSES = frozenset({"label_names", "class_names", "target_names", "classes_names", "names"})


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """`values` (n,) or (n, classes), read-only; `names` of the classes where the data or the caller know them, in
    their order; `sorted_names`: that order is only the alphabet's. `note` says how words became numbers."""

    values: Array
    names: tuple[str, ...] = ()
    note: str = ""
    sorted_names: bool = False


def read_labels(
    choice: DataChoice,
    samples: Samples,
    progress: Progress = no_progress,
    numbers: bool = False,
    names: Sequence[str] = (),
) -> Array | None:
    """The `values` that `find_labels` finds; None where no labels are named. Raises DataError."""
    found = find_labels(choice, samples, progress, numbers, names)
    return found.values if found is not None else None


def find_labels(
    choice: DataChoice,
    samples: Samples,
    progress: Progress = no_progress,
    numbers: bool = False,
    names: Sequence[str] = (),
) -> Labels | None:
    """For the samples that `open_samples` took of the same choice; None where no labels are named.

    With `numbers` any finite numbers are labels, in any shape: (n, ...). `names` gives classes that are words, and
    folders, their order. Raises DataError where labels are missing, of no class, or not as many as samples.
    """
    if not choice.labels:
        return None
    kind, path = kind_of(choice.path), Path(choice.path).expanduser()
    if kind == "images":
        folders = tuple(class_folders(path))
        return Labels(
            folder_labels(path, choice.labels, samples, names), tuple(names) if set(folders) <= set(names) else folders
        )
    if kind not in ("npz", "csv"):
        raise DataError(
            f"{path.name} has no labels: they are an array of a .npz, a column of a .csv, or folders of images."
        )
    rows = chosen_rows(samples.total, choice.samples, choice.seed, choice.only)
    if kind == "npz":
        found = _of_npz(path, choice.labels, samples.total, rows, progress, numbers, names)
    else:
        found = _of_csv(path, choice.labels, samples.total, rows, progress, names)
    values = _checked(found.values, f"{printable(choice.labels)} in {path.name}", numbers)
    return Labels(values, found.names or tuple(names), found.note, found.sorted_names)


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

        return offered_columns(read_layout(place, no_progress))
    if kind != "npz":
        return ()
    from inspector.datasets.numpy_files import npz_arrays

    found = [each.info for each in npz_arrays(place) if each.info.problem in ("", TEXT)]
    likely = [each for each in found if len(each.shape) in (1, 2) and (len(each.shape) == 1 or each.shape[1] <= 1000)]
    return tuple(each.name for each in sorted(likely, key=lambda each: _unlikely(each.name, each.type)))


def offered_columns(layout: "CsvLayout") -> tuple[str, ...]:
    """What is called as labels are, several columns of one beginning together, columns of words, then the others."""
    likely = likely_columns(layout.header)
    words = [layout.header[each] for each in layout.texts]
    first = [columns_text(layout.header, likely)] if likely else []
    return tuple(dict.fromkeys((*first, *words, *layout.header)))


def usual_columns(layout: "CsvLayout") -> str:
    """What is called as labels are, else the only column of words; "" for none."""
    found = likely_columns(layout.header) or (layout.texts if len(layout.texts) == 1 else ())
    return columns_text(layout.header, found)


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


def _of_npz(
    path: Path, name: str, total: int, rows: Array, progress: Progress, numbers: bool, names: Sequence[str]
) -> Labels:
    from inspector.datasets.numpy_files import npz_arrays

    arrays = {each.info.name: each for each in npz_arrays(path)}
    if name not in arrays:
        offered = ", ".join(map(printable, list(arrays)[:20]))
        raise DataError(f'{path.name} has no array "{printable(name)}" with labels. It has: {offered}.')
    array = arrays[name]
    shape, words = array.info.shape, array.info.problem == TEXT
    if not words and array.dtype.kind not in "biuf":
        raise DataError(f"{printable(name)} in {path.name} is {array.info.type}; labels are class numbers or names.")
    if not shape or (len(shape) > 2 and not numbers) or shape[0] != total or (words and prod(shape[1:]) != 1):
        raise DataError(
            f"{printable(name)} in {path.name} is {shape_text(shape)}; labels are one number or name, or one row of "
            f"classes, for each of {total:,} samples."
        )
    if words:
        every = [str(each[0] if isinstance(each, list) else each).strip() for each in array.texts(progress)]
        return _of_words(every, rows, f"{printable(name)} in {path.name}", names or _names_in(arrays))
    return Labels(array.take(rows, progress), tuple(names) or _names_in(arrays))


def _names_in(arrays: Mapping[str, "NumpyArray"]) -> tuple[str, ...]:
    """The classes' names that stand beside the labels in a .npz, as scikit-learn's data sets have them."""
    found = next((each for name, each in arrays.items() if name.lower() in _NAMES_OF_CLASSES
                  and each.info.problem == TEXT and len(each.info.shape) == 1), None)  # fmt: skip
    return tuple(map(str, found.texts(no_progress))) if found is not None else ()


def _of_csv(path: Path, name: str, total: int, rows: Array, progress: Progress, names: Sequence[str]) -> Labels:
    from inspector.datasets.csv_file import is_number, number_of, read_layout, read_texts

    layout = read_layout(path, progress)
    columns = label_columns(layout.header, name)
    if not columns:
        offered = ", ".join(map(printable, layout.header[-20:])) or "none, its first line holds numbers"
        raise DataError(f'{path.name} has no column "{printable(name)}" with labels. Its columns: {offered}.')
    if layout.rows != total:
        raise DataError(f"{path.name} has {layout.rows:,} rows for {total:,} samples: each needs a label.")
    every = list(read_texts(layout, columns, progress))
    title = f"{printable(name)} in {path.name}"
    if len(columns) == 1 and not all(is_number(row[0], layout.delimiter) for row in every):
        return _of_words([row[0] for row in every], rows, title, names)
    found = np.empty((len(rows), len(columns)))
    for place, row in enumerate(rows.tolist()):
        for at, field in enumerate(every[row]):
            try:
                found[place, at] = number_of(field, layout.delimiter)
            except ValueError:
                what = f'"{printable(field[:40])}", which is no number' if field else "no label"
                raise DataError(f"Row {row + 1:,} of {title} has {what}.") from None
    several = short_names([layout.header[each] for each in columns]) if len(columns) > 1 else ()
    return Labels(found, tuple(names) or several)


def _of_words(every: Sequence[str], rows: Array, title: str, names: Sequence[str]) -> Labels:
    """Numbers that are written as words count as numbers."""
    if not names and all(each.isascii() and each.isdecimal() for each in every):
        return Labels(np.array([int(every[row]) for row in rows.tolist()], np.int64))
    classes = text_classes(every, names, title)
    values = classes.numbers([every[row] for row in rows.tolist()], rows.tolist())
    return Labels(values, classes.names, classes.note, not classes.given)


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
