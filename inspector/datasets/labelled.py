"""Completes a choice of evaluation data: which array holds the samples, which array, column or folders the labels."""

from dataclasses import replace
from pathlib import Path

from inspector.datasets.choice import DataChoice
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.kinds import kind_of
from inspector.datasets.label_columns import LABEL_NAMES
from inspector.datasets.labels import FOLDERS, class_folders, label_partner, usual_columns
from inspector.datasets.sources import no_progress
from inspector.errors import DataError

_WANTED = ("test", "eval", "valid", "val", "")
"""Arrays for evaluation go by these names, best first."""
NO_LABELS = "none"


def labelled_choice(choice: DataChoice, specs: tuple[InputSpec, ...]) -> DataChoice:
    """What was not chosen, chosen by names: x_test and y_test of a .npz, the column "label", a folder for each class.

    `labels` "none" leaves them out. Raises DataError where the file can't be read.
    """
    kind, path = kind_of(choice.path), Path(choice.path).expanduser()
    if choice.labels == NO_LABELS:
        return replace(choice, labels="")
    if kind == "csv" and not choice.labels:
        from inspector.datasets.csv_file import read_layout

        return replace(choice, labels=usual_columns(read_layout(path, no_progress)))
    if kind == "images" and not choice.labels:
        return replace(choice, labels=FOLDERS if len(class_folders(path)) > 1 else "")
    return _of_arrays(choice, path, specs) if kind == "npz" else choice


def _of_arrays(choice: DataChoice, path: Path, specs: tuple[InputSpec, ...]) -> DataChoice:
    from inspector.datasets.numpy_files import npz_arrays

    names = tuple(each.info.name for each in npz_arrays(path))
    if len(specs) > 1:
        fed = {*dict(choice.arrays).values(), *(name for spec in specs for name in spec.names)}
        return replace(
            choice, labels=choice.labels or label_partner("", tuple(each for each in names if each not in fed))
        )
    if choice.arrays:
        labels = choice.labels or label_partner(choice.arrays[0][1], names)
        return replace(choice, labels="" if labels == choice.arrays[0][1] else labels)
    pairs = [(each, label_partner(each, names)) for each in names]
    pairs = [(array, label) for array, label in pairs if label and label != array and array.lower() not in LABEL_NAMES]
    if choice.labels:
        mine = [pair for pair in pairs if pair[1] == choice.labels]
        others = [each for each in names if each != choice.labels]
        array = mine[0][0] if mine else others[0] if len(others) == 1 else ""
        return replace(choice, arrays=(("", array),)) if array else choice
    if not pairs:
        return choice
    array, label = min(pairs, key=lambda pair: next(at for at, word in enumerate(_WANTED) if word in pair[0].lower()))
    return replace(choice, arrays=(("", array),), labels=label)


def read_names(path: str) -> tuple[str, ...]:
    """The names of classes, one a line, as label files have them; "1 dog" and "1: dog" lose their number.

    Raises DataError.
    """
    place = Path(path).expanduser()
    try:
        text = place.read_bytes()[: 1 << 22].decode("utf-8-sig")
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise DataError(f"{place} can't be read: {what}.") from error
    return names_of(text)


def names_of(text: str) -> tuple[str, ...]:
    """The names in the text of a label file, in its order."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    parts = [line.replace(":", " ", 1).split(None, 1) for line in lines]
    if lines and all(len(part) == 2 and part[0] == str(number) for number, part in enumerate(parts)):
        return tuple(part[1] for part in parts)
    return tuple(lines)
