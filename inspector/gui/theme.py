"""The light and the dark theme: Qt's palette and the style sheet, both made from `inspector/palette.py`."""

from functools import cache
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from inspector.palette import Palette, palette
from inspector.resources import resource_path

THEMES = ("system", "light", "dark")

# points, see "Space, type" of the design
BODY, SECONDARY, CHIP, MONO, VERDICT, FIGURE, PAGE_TITLE, START_TITLE = 10.0, 9.25, 8.5, 9.0, 12.0, 14.0, 15.0, 18.0


class ThemeSignals(QObject):
    """`changed` comes after the application has its new colours."""

    changed = Signal()


_choice = "system"
_current = "light"


@cache
def theme_signals() -> ThemeSignals:
    return ThemeSignals()


def current_palette() -> Palette:
    """The colours of the theme that is shown now."""
    return palette(_current)


def current_theme() -> str:
    """What the user chose: "system", "light" or "dark"."""
    return _choice


def apply_theme(app: QApplication, theme: str) -> None:
    """Shows `theme` ("system", "light", "dark"; anything else counts as "system") in the whole application."""
    global _choice, _current
    first = not app.property("themed")
    _choice = theme if theme in THEMES else "system"
    _current = _system_theme() if _choice == "system" else _choice
    if first:
        app.setProperty("themed", True)
        app.setStyle("Fusion")
        app.setFont(ui_font())
        for effect in (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_FadeMenu, Qt.UIEffect.UI_AnimateCombo,
                       Qt.UIEffect.UI_AnimateTooltip, Qt.UIEffect.UI_FadeTooltip):  # fmt: skip
            app.setEffectEnabled(effect, False)
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _scheme: _follow_system(app))
    colors = current_palette()
    sheet = style_sheet(colors)
    if app.styleSheet() == sheet:  # "Light" chosen where the system is light: styling every widget anew takes long
        return
    app.setPalette(qt_palette(colors))
    app.setStyleSheet(sheet)
    theme_signals().changed.emit()


def _system_theme() -> str:
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return "dark" if dark else "light"


def _follow_system(app: QApplication) -> None:
    if _choice == "system" and _system_theme() != _current:
        apply_theme(app, "system")


def mix(color: str, ground: str, share: float) -> str:
    """`share` of `color` on `ground`, as "#RRGGBB"."""
    top, bottom = QColor(color), QColor(ground)
    pairs = ((top.red(), bottom.red()), (top.green(), bottom.green()), (top.blue(), bottom.blue()))
    return QColor(*(round(a * share + b * (1 - share)) for a, b in pairs)).name()


def ui_font(points: float = BODY, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The system's own font in `points`."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPointSizeF(points)
    font.setWeight(weight)
    return font


def mono_font(points: float = MONO, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The system's fixed-width font in `points`: names from the file, shapes, code, values."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(points)
    font.setWeight(weight)
    return font


def qt_palette(colors: Palette) -> QPalette:
    """Qt's roles from ours."""
    roles = QPalette.ColorRole
    made = QPalette()
    for role, color in (
        (roles.Window, colors.window), (roles.WindowText, colors.text), (roles.Base, colors.surface),
        (roles.AlternateBase, colors.sunken), (roles.Text, colors.text), (roles.Button, colors.surface),
        (roles.ButtonText, colors.text), (roles.BrightText, colors.on_accent), (roles.Highlight, colors.selection),
        (roles.HighlightedText, colors.text), (roles.Link, colors.accent), (roles.LinkVisited, colors.accent),
        (roles.ToolTipBase, colors.surface), (roles.ToolTipText, colors.text), (roles.PlaceholderText, colors.faint),
        (roles.Light, colors.surface), (roles.Midlight, colors.row_line), (roles.Mid, colors.border),
        (roles.Dark, colors.border), (roles.Shadow, colors.border), (roles.Accent, colors.accent),
    ):  # fmt: skip
        made.setColor(role, QColor(color))
    for role in (roles.WindowText, roles.Text, roles.ButtonText, roles.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors.faint))
    return made


def style_sheet(colors: Palette) -> str:
    """The style sheet `resources/style/window.qss` with its $roles replaced by colours."""
    template = Template(resource_path("style/window.qss").read_text(encoding="utf-8"))
    names = (
        "window", "surface", "sunken", "border", "row_line", "text", "dim", "faint", "accent", "on_accent",
        "selection", "hover", "good", "warning", "bad", "info_ground", "warning_ground",
    )  # fmt: skip
    values = {name: getattr(colors, name) for name in names}
    values["accent_hover"] = mix(colors.accent, colors.text, 0.88)
    values["check"] = resource_path(f"icons/check-{colors.name}.svg").as_posix()
    values["arrow_up"] = resource_path(f"icons/arrow-up-{colors.name}.svg").as_posix()
    values["arrow"] = resource_path(f"icons/arrow-{colors.name}.svg").as_posix()
    return template.substitute(values)
