"""The kinds of calibration data a form offers: what each is called, which files it takes, which fields it has."""

from dataclasses import dataclass

from inspector.datasets.choice import RANDOM


@dataclass(frozen=True, slots=True)
class DataKind:
    """`files` is the pattern of a file dialog, "" where a folder or nothing is chosen; `kinds` as `describe` has them.
    `fields`: which of file, array, colour, factors, samples, code can be chosen."""

    id: str
    title: str
    kinds: tuple[str, ...]
    fields: frozenset[str]
    files: str = ""
    empty: str = ""


KINDS: tuple[DataKind, ...] = (
    DataKind("numpy", "NumPy file (.npz, .npy)", ("npz", "npy"), frozenset({"file", "array", "samples"}),
             "NumPy files (*.npz *.npy)", "Choose a .npz or .npy file."),
    DataKind("csv", "Table of numbers (.csv)", ("csv",), frozenset({"file", "samples"}),
             "Tables (*.csv *.tsv *.txt)", "Choose a .csv file: one sample a line."),
    DataKind("images", "Folder of images", ("images",), frozenset({"file", "colour", "factors", "samples"}),
             "", "Choose a folder of images."),
    DataKind("python", "Python file", ("python",), frozenset({"file", "code"}),
             "Python files (*.py)", "Choose a .py file with a generator calibration_data()."),
    DataKind(RANDOM, "Random values", (RANDOM,), frozenset({"samples"})),
)  # fmt: skip
KIND_BY_ID = {kind.id: kind for kind in KINDS}


def form_kind(described: str) -> str:
    """The id of the form's kind for a kind that `describe` names; "numpy" for what it doesn't."""
    return next((kind.id for kind in KINDS if described in kind.kinds), "numpy")
