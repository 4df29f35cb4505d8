"""Draws the icons of `icons/*.svg` in every size a desktop asks for: `python resources/desktop/draw_icons.py`.

Needs Pillow beside Qt, for app.ico (Windows) and app.icns (macOS).
"""

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
ICONS = Path(__file__).parent / "icons"


def main() -> None:
    _app = QGuiApplication([])
    for drawing in sorted(ICONS.glob("*.svg")):
        renderer = QSvgRenderer(str(drawing))
        for size in SIZES:
            image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            renderer.render(painter, QRectF(0, 0, size, size))
            painter.end()
            image.save(str(drawing.with_name(f"{drawing.stem}-{size}.png")))
            smaller(drawing.with_name(f"{drawing.stem}-{size}.png"))
    largest = Image.open(ICONS / "app-512.png")
    largest.save(ICONS / "app.ico", sizes=[(size, size) for size in (16, 24, 32, 48, 64, 128, 256)])
    largest.save(ICONS / "app.icns")


def smaller(path: Path) -> None:
    """The same pixels in fewer bytes."""
    with Image.open(path) as image:
        image.load()
        image.save(path, optimize=True)


if __name__ == "__main__":
    main()
