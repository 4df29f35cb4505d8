"""How cells look that a Column's style alone does not say: what elides where, what is dim, what hides behind "+3"."""

from PySide6.QtCore import Qt

CELL_PAD = 8
ROW_HEIGHT = 24
BAR_WIDTH, BAR_HEIGHT, BAR_GAP = 32, 6, 8
INDENT = 40  # of the first column, for rows in groups that fold
CHEVRON = 20

NO_VALUE = frozenset({"", "none", "unknown", "not counted", "..."})  # in faint

ELIDED_IN_THE_MIDDLE = frozenset({"name", "variant"})
NEVER_NARROWED = frozenset({"index", "variant"})  # keys
NEVER_ELIDED = frozenset({
    "number", "bytes", "share", "chip", "variant", "bar", "ends", "label", "tick", "operator",
})  # styles  # fmt: skip
SMALL = frozenset({"quantization"})  # keys: words beside numbers, one size smaller
DIM = frozenset({"index", "used_by"})  # keys: where it is, not what it is


def elide_mode(key: str) -> Qt.TextElideMode:
    return Qt.TextElideMode.ElideMiddle if key in ELIDED_IN_THE_MIDDLE else Qt.TextElideMode.ElideRight


def first_and_more(key: str, text: str) -> tuple[str, int]:
    """What a cell writes, and how many more stand behind it: names fused with ";", further users "#3 ADD +2"."""
    if key == "name" and ";" in text:
        first, *others = text.split(";")
        return first, len(others)
    if key in ("used_by", "buffer"):
        first, plus, count = text.rpartition(" +")
        if plus and count.isdigit():
            return first, int(count)
    return text, 0
