"""Column widths from what the columns hold: numbers never clip, long texts share what is left."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from inspector.gui.tables.cell_style import BAR_GAP, BAR_WIDTH, CELL_PAD, NEVER_ELIDED, NEVER_NARROWED
from inspector.gui.tables.delegate import RecordDelegate
from inspector.gui.tables.row_source import RowSource
from inspector.model.columns import Column

_SAMPLE = 200
COMFORTABLE, BEARABLE = 200, 150
"""Pixels of a text column: so many read well; with less, other columns rather leave out what they can."""
_LONG, _LONGEST, _SHORTEST = 140, 900, 110  # a text column wider than _LONG may shrink to _SHORTEST


def content_width(column: Column[Any], source: RowSource[Any], delegate: RecordDelegate) -> tuple[int, int]:
    """The pixels the widest text of a column needs, and where room is short; of a large table, of a sample and its
    extremes."""
    if column.style == "share":
        width = 2 * CELL_PAD + BAR_WIDTH + BAR_GAP + delegate.percent_width
        return width, width
    texts = {column.display(source.records[index]) for index in _interesting(column, source)}
    longest = sorted(texts, key=len)[-12:]
    whole = max((delegate.cell_width(column, text) for text in longest), default=0)
    compact = max((delegate.compact_width(column, text) for text in longest), default=0)
    return whole + 2 * CELL_PAD + 1, compact + 2 * CELL_PAD + 1


def _interesting(column: Column[Any], source: RowSource[Any]) -> set[int]:
    """Indices of records whose text may be the widest."""
    count = len(source)
    if count <= 2 * _SAMPLE:
        return set(range(count))
    chosen = set(range(0, count, count // _SAMPLE)) | {count - 1}
    if column.key in source.bulk:
        chosen |= _extremes(column, source.bulk[column.key]())
    return chosen


def _extremes(column: Column[Any], values: Sequence[Any]) -> set[int]:
    """Where the longest text or list, or the smallest and the largest number stand."""
    if column.numeric:
        numbers = np.array(values, np.float64)  # None becomes NaN
        return {int(np.nanargmin(numbers)), int(np.nanargmax(numbers))} if np.isfinite(numbers).any() else set()
    if isinstance(values[0], (str, tuple, list)) and None not in values:
        return {values.index(max(values, key=len))}
    return set()


def keeps_width(column: Column[Any]) -> bool:
    """Whether a column always gets what its widest text needs."""
    return column.style in NEVER_ELIDED or column.key in NEVER_NARROWED


def share_out(
    columns: Sequence[Column[Any]], wanted: Mapping[str, int], floors: Mapping[str, int], room: int
) -> dict[str, int]:
    """Column key -> pixels, none below its floor (its title, what group rows say in it). Numbers get what they need;
    where `room` is short the last column gives way first, then all long texts in proportion. Without room for the
    least of all, the table scrolls."""
    widths = {column.key: max(min(wanted[column.key], _LONGEST), floors[column.key]) for column in columns}
    texts = [column.key for column in columns if not keeps_width(column)]
    last = columns[-1].key if columns else ""
    long = [key for key in texts if widths[key] > _LONG]
    for flexible in ([last] if last in texts else [], long):
        least = {key: min(widths[key], max(_SHORTEST, floors[key])) for key in flexible}
        missing = sum(widths.values()) - room
        can_give = sum(widths[key] - least[key] for key in flexible)
        if missing > 0 and can_give > 0:
            part = min(1.0, missing / can_give)
            for key in flexible:
                widths[key] = max(least[key], widths[key] - int((widths[key] - least[key]) * part + 0.999))
    return widths


def even_out(widths: dict[str, int], even: Collection[str], floors: Mapping[str, int], room: int) -> dict[str, int]:
    """The columns `even` share what the others leave of `room`, none below its floor."""
    alike = [key for key in widths if key in even]
    if not alike:
        return widths
    left = room - sum(width for key, width in widths.items() if key not in even)
    return widths | {key: max(left // len(alike), floors[key], _SHORTEST) for key in alike}


def comfortable_width(
    columns: Sequence[Column[Any]], wanted: Mapping[str, int], floors: Mapping[str, int], text: int = COMFORTABLE
) -> int:
    """The pixels in which these columns read well: texts longer than `text` may elide."""
    return sum(
        max(min(wanted[column.key], text) if not keeps_width(column) else wanted[column.key],
            floors[column.key])
        for column in columns
    )  # fmt: skip
