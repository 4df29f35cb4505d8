"""Which columns of a table hold its labels: one by its name, several by theirs, or all that a name numbers."""

import re
from collections.abc import Sequence

LABEL_NAMES = frozenset({"label", "labels", "class", "classes", "target", "targets", "y", "category"})
_NUMBERED = re.compile(r"(.+?)[_.\[ ]?(\d+)\]?$")
_STARTS = re.compile(rf"({'|'.join(sorted(LABEL_NAMES, key=len, reverse=True))})[_.\[ ]", re.IGNORECASE)


def label_columns(header: Sequence[str], labels: str) -> list[int]:
    """The columns that `labels` names: "activity", "walks,runs", or "y" for y_0, y_1, ...; [] where one is missing."""
    if not labels:
        return []
    if labels in header:
        return [header.index(labels)]
    names = [each.strip() for each in labels.split(",") if each.strip()]
    if len(names) > 1 and all(name in header for name in names):
        return [header.index(name) for name in names]
    numbered = [(at, found) for at, name in enumerate(header) if (found := _NUMBERED.fullmatch(name))]
    mine = [(int(found[2]), at) for at, found in numbered if found[1].rstrip("_.[ ") == labels]
    return [at for _number, at in sorted(mine)] if len(mine) > 1 else []


def likely_columns(header: Sequence[str]) -> list[int]:
    """The column that is called as labels are, else several whose names begin so: label_walk, label_run."""
    single = next((at for at, name in enumerate(header) if name.lower() in LABEL_NAMES), None)
    if single is not None:
        return [single]
    several = [at for at, name in enumerate(header) if _STARTS.match(name)]
    return several if len(several) > 1 else []


def columns_text(header: Sequence[str], columns: Sequence[int]) -> str:
    """Columns as `label_columns` reads them."""
    return ",".join(header[each] for each in columns)


def short_names(names: Sequence[str]) -> tuple[str, ...]:
    """What several columns are called without the word that all of them begin with: walk, run for label_walk, ..."""
    found = [_STARTS.sub("", name, count=1).rstrip("]") for name in names]
    return tuple(found if len(set(found)) == len(names) and all(found) else names)
