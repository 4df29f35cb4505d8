"""The colours of the light and the dark theme by role: Qt's palette, style sheet and plots are made from them."""

import json
from dataclasses import dataclass
from functools import cache

from inspector.resources import resource_path


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as "#RRGGBB". Colour means a type (`type_color`) or, in charts, an operator (`operator_color`)."""

    name: str
    window: str
    surface: str
    sunken: str
    border: str
    row_line: str
    text: str
    dim: str
    faint: str
    accent: str
    on_accent: str
    selection: str
    hover: str
    good: str
    warning: str
    bad: str
    info_ground: str
    warning_ground: str
    chip_tint: float
    """How much of a type's colour its chip's ground takes, the rest is surface."""
    types: dict[str, str]
    operators: dict[str, str]

    def type_color(self, type_name: str) -> str:
        return self.types.get(type_name, self.types["other"])

    def operator_color(self, op_name: str) -> str:
        return self.operators.get(op_name, self.operators["other"])


@cache
def palette(name: str) -> Palette:
    """The palette "light" or "dark"."""
    table = json.loads(resource_path("style/palette.json").read_text(encoding="utf-8"))
    return Palette(name=name, **table[name])
