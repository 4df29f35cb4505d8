"""Light and dark: every colour of the window comes from the palette, and everything follows a change."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.gui import theme
from inspector.gui.chips import Chip
from inspector.gui.icons import icon, pixmap
from inspector.gui.theme import apply_theme, current_palette, current_theme, mix, style_sheet, theme_signals
from inspector.gui.widgets import Button, IconButton, label
from inspector.palette import palette
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def light_again(qapp: QApplication):
    yield
    apply_theme(qapp, "light")


def test_the_application_takes_the_colours_of_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    for name, window, text in (("dark", "#14171c", "#e4e9ef"), ("light", "#f2f4f6", "#1b242e")):
        with qtbot.waitSignal(theme_signals().changed):
            apply_theme(qapp, name)
        assert current_palette().name == name and current_theme() == name
        assert qapp.palette().color(QPalette.ColorRole.Window).name() == window
        assert qapp.palette().color(QPalette.ColorRole.WindowText).name() == text


def test_a_theme_nobody_knows_counts_as_the_systems(qapp: QApplication) -> None:
    apply_theme(qapp, "nonsense")
    assert current_theme() == "system" and current_palette().name in ("light", "dark")


def test_system_follows_the_desktop_and_a_choice_does_not(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "_system_theme", lambda: "dark")
    apply_theme(qapp, "system")
    assert current_palette().name == "dark"
    monkeypatch.setattr(theme, "_system_theme", lambda: "light")
    theme._follow_system(qapp)
    assert current_palette().name == "light"
    apply_theme(qapp, "light")
    monkeypatch.setattr(theme, "_system_theme", lambda: "dark")
    theme._follow_system(qapp)
    assert current_palette().name == "light", "what the user chose stays"


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_style_sheet_has_only_colours_of_the_palette_and_pictures_that_exist(name: str) -> None:
    sheet = style_sheet(palette(name))
    colors = {getattr(palette(name), role).upper() for role in ("window", "surface", "sunken", "border", "row_line",
              "text", "dim", "faint", "accent", "on_accent", "selection", "hover", "good", "warning", "bad",
              "info_ground", "warning_ground")}  # fmt: skip
    colors.add(mix(palette(name).accent, palette(name).text, 0.88).upper())
    found = {color.upper() for color in re.findall(r"#[0-9A-Fa-f]{6}\b", sheet)}
    assert found and found <= colors
    pictures = re.findall(r'url\("?([^")]+)"?\)', sheet)
    assert pictures and all(Path(picture).is_file() for picture in pictures)
    assert "$" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)


def contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        parts = [QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF()]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_words_can_be_read_on_every_ground(name: str) -> None:
    colors = palette(name)
    for ground in (colors.window, colors.surface, colors.sunken, colors.selection, colors.hover, colors.info_ground,
                   colors.warning_ground):  # fmt: skip
        assert contrast(colors.text, ground) >= 7
        assert contrast(colors.dim, ground) >= 4.5
    assert contrast(colors.on_accent, colors.accent) >= 4.5
    for word in (colors.accent, colors.warning, colors.bad, colors.good):
        assert contrast(word, colors.surface) >= 4.5


def test_mix_lies_between_its_ends() -> None:
    assert mix("#FF0000", "#0000FF", 1) == "#ff0000" and mix("#FF0000", "#0000FF", 0) == "#0000ff"
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"


def colours_in(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }  # fmt: skip


def test_every_icon_is_drawn_in_the_colour_asked_for(qapp: QApplication) -> None:
    names = sorted(path.stem for path in (ROOT / "resources" / "icons").glob("*.svg"))
    assert len(names) >= 20
    for name in names:
        if name.endswith(("-light", "-dark")):  # drawn by the style sheet as they are
            continue
        drawn = pixmap(name, "#ff00aa", 32)
        assert "#ff00aa" in colours_in(drawn.toImage()), name


def test_icons_and_chips_follow_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    apply_theme(qapp, "light")
    button, picture, chip = Button("Open...", "open"), IconButton("copy", "Copy"), Chip("INT8", "INT8")
    for widget in (button, picture, chip):
        qtbot.addWidget(widget)

    def shown() -> list[set[str]]:
        icons = [widget.icon().pixmap(32, 32).toImage() for widget in (button, picture)]  # at 16 all is half seen
        return [colours_in(image) for image in (*icons, chip.grab().toImage())]

    light = shown()
    apply_theme(qapp, "dark")
    dark = shown()
    assert all(before != after for before, after in zip(light, dark, strict=True))
    assert palette("light").types["INT8"].lower() in light[2]
    assert palette("dark").types["INT8"].lower() in dark[2]


def test_icons_are_sharp_on_screens_of_double_density(qapp: QApplication) -> None:
    assert {size.width() for size in icon("open").availableSizes()} >= {16, 32}


def test_a_chip_says_its_type_and_takes_the_room_its_text_needs(qapp: QApplication, qtbot: QtBot) -> None:
    chip, long = Chip("INT8", "INT8"), Chip("activations FLOAT32", "FLOAT32")
    qtbot.addWidget(chip)
    qtbot.addWidget(long)
    assert chip.accessibleName() == "INT8" and chip.sizeHint().width() < long.sizeHint().width()
    before = chip.sizeHint().width()
    chip.set_text("FLOAT8_E4M3FN", "FLOAT8_E4M3FN")
    assert chip.accessibleName() == "FLOAT8_E4M3FN" and chip.sizeHint().width() > before


def test_labels_show_names_from_a_file_as_they_are(qapp: QApplication, qtbot: QtBot) -> None:
    shown = label("<b>conv</b> & <img src=x>")
    qtbot.addWidget(shown)
    plain = label("conv")
    qtbot.addWidget(plain)
    assert shown.sizeHint().width() > 2 * plain.sizeHint().width(), "nothing in it is taken for markup"
