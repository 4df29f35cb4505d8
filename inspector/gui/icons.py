"""Icons: SVGs of one stroke colour from `resources/icons`, drawn in the colours of the theme."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from inspector.gui.theme import current_palette
from inspector.resources import resource_path

_STROKE = "#566371"  # the colour in the files


@cache
def _source(name: str) -> str:
    return resource_path(f"icons/{name}.svg").read_text(encoding="utf-8")


@cache
def pixmap(name: str, color: str, size: int = 16, pad: int = 0) -> QPixmap:
    """The icon as `size` x `size` device pixels in `color` ("#RRGGBB"), `pad` empty pixels to its right."""
    from PySide6.QtSvg import QSvgRenderer

    drawn = QPixmap(QSize(size + pad, size))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    svg = _source(name).replace(_STROKE, color)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return drawn


@cache
def _icon(name: str, off: str, on: str, disabled: str, sizes: tuple[int, ...], pad: int) -> QIcon:
    made = QIcon()
    for size in sizes:
        for mode, state, color in (
            (QIcon.Mode.Normal, QIcon.State.Off, off),
            (QIcon.Mode.Normal, QIcon.State.On, on),
            (QIcon.Mode.Disabled, QIcon.State.Off, disabled),
        ):
            made.addPixmap(pixmap(name, color, size, pad * size // sizes[0]), mode, state)
    return made


def icon(name: str, role: str = "dim", size: int = 16, pad: int = 0) -> QIcon:
    """The icon `resources/icons/NAME.svg` in the palette's `role`, accent while checked, faint while disabled.

    `pad`: pixels between the icon and a text beside it (the icon is then size + pad wide).
    Ask for it again when the theme changes (`theme_signals().changed`); widgets.IconButton does so itself.
    """
    colors = current_palette()
    return _icon(name, getattr(colors, role), colors.accent, colors.faint, (size, size * 2), pad)
