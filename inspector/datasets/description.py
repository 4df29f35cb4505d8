"""What a data file offers, looked up without reading its values: for a form that lets one choose."""

from dataclasses import dataclass
from pathlib import Path

from inspector.datasets.choice import DataChoice
from inspector.datasets.kinds import kind_of
from inspector.datasets.labels import FOLDERS, class_folders, offered_columns, usual_columns
from inspector.datasets.sources import ArrayInfo, Progress, no_progress


@dataclass(frozen=True, slots=True)
class DataDescription:
    """`kind` is "npz", "npy", "csv", "images", "python" or "random"; `summary` one line for people.

    `arrays` are what can be chosen from (of a .csv one, of images and the others none); `count` the number of
    samples, or None where only reading would tell, or arrays differ. `labels` are the columns of a .csv, or "folders"
    of images, that may be labels; `usual_labels` which of them by their names are, "" for none.
    """

    kind: str
    summary: str
    arrays: tuple[ArrayInfo, ...] = ()
    count: int | None = None
    labels: tuple[str, ...] = ()
    usual_labels: str = ""


def describe(data: DataChoice | str | Path, progress: Progress = no_progress) -> DataDescription:
    """Raises DataError where the file is missing, empty, damaged or of no kind this program reads. Runs no code."""
    path = data.path if isinstance(data, DataChoice) else str(data)
    kind = kind_of(path)
    place = Path(path).expanduser()
    if kind in ("npz", "npy"):
        return _numpy(place, kind)
    if kind == "csv":
        from inspector.datasets.csv_file import read_layout

        layout = read_layout(place, progress)
        rows, columns = layout.info.shape
        return DataDescription(
            kind, f"{rows:,} rows of {columns:,} columns", (layout.info,), rows, offered_columns(layout),
            usual_columns(layout),
        )  # fmt: skip
    if kind == "images":
        from inspector.datasets.image_folder import image_files

        count = len(image_files(place, progress))
        by_folder = len(class_folders(place)) > 1
        return DataDescription(
            kind, f"{count:,} images", count=count, labels=(FOLDERS,) if by_folder else (),
            usual_labels=FOLDERS if by_folder else "",
        )  # fmt: skip
    if kind == "python":
        return DataDescription(kind, "what calibration_data() yields; it runs only after you agree")
    return DataDescription(kind, "random values in the input's shape, not valid for accuracy")


def _numpy(place: Path, kind: str) -> DataDescription:
    from inspector.datasets.numpy_files import npy_array, npz_arrays

    arrays = tuple(array.info for array in ([npy_array(place)] if kind == "npy" else npz_arrays(place)))
    counts = {info.shape[0] if info.shape else 1 for info in arrays}
    names = "1 array" if len(arrays) == 1 else f"{len(arrays):,} arrays"
    return DataDescription(kind, names, arrays, counts.pop() if len(counts) == 1 else None)
