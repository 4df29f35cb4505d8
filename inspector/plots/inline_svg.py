"""A figure as SVG inside a page: its text stays text, its colours are the page's, so that it follows light and dark.

The figure is drawn in both palettes. Where the two texts differ in colours alone, each pair of colours becomes a CSS
variable of the page; else the page gets both. Ids are numbered anew behind a prefix, as all charts share the page.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from inspector.palette import Palette, palette
from inspector.plots.style import DPI, no_glyph_warnings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Draw = Callable[[Palette], "Figure"]
_TAG = re.compile(r"<[^<>]*>")  # matplotlib writes < and > in names as entities: a tag is its own
_COLOR = re.compile(r"#[0-9a-fA-F]{6}\b")
_ID = re.compile(r'\sid="([^"]*)"')
_USE = re.compile(r'(?:xlink:)?href="#([^"]*)"|url\(#([^)]*)\)')
_DROPPED = re.compile(r"\s*<metadata>.*?</metadata>|\s*<!--.*?-->|<style.*?</style>|<defs>\s*</defs>", re.DOTALL)
_ATTRIBUTE = re.compile(r"\sxmlns(?::xlink)?=\"[^\"]*\"|\s*font-family: [^;\"]*;?|\stransform=\"rotate\(-0 [^\"]*\"")
_SPACE = re.compile(r">\s*\n\s*<")
_LONG = re.compile(r"(\.\d\d)\d+")
_SIZE = re.compile(r'\swidth="([\d.]+)pt" height="[\d.]+pt"')


@dataclass(slots=True)
class ChartColors:
    """The pairs of colours that the charts of one page use, each with the name of its variable."""

    names: dict[tuple[str, str], str] = field(default_factory=dict)

    def variable(self, light: str, dark: str) -> str:
        name = self.names.setdefault((light.upper(), dark.upper()), f"--k{len(self.names)}")
        return f"var({name})"

    def rules(self, dark: bool) -> str:
        """`--k0:#FFFFFF;--k1:...` for a style rule."""
        return "".join(f"{name}:{pair[dark]};" for pair, name in self.names.items())


def inline_svg(draw: Draw, colors: ChartColors, prefix: str, title: str) -> str:
    """`<svg class="chart" ...>`; `title` is what screen readers say of it, its ids begin with `prefix`."""
    light, dark = _svg(draw(palette("light")), prefix), _svg(draw(palette("dark")), f"{prefix}d")
    text = _with_variables(light, dark, colors, prefix)
    if text is not None:
        return _named(text, "", title)
    return _named(light, " in-light", title) + _named(dark, " in-dark", title)


def _named(svg: str, kind: str, title: str) -> str:
    return svg.replace("<svg", f'<svg class="chart{kind}" role="img" aria-label={quoteattr(title)}', 1)


def _svg(figure: "Figure", prefix: str) -> str:
    """As matplotlib writes it, from `<svg` on, without what a page has no use for."""
    from matplotlib import rc_context

    target = BytesIO()
    with rc_context({"svg.hashsalt": "tflite-inspector", "svg.fonttype": "none"}), no_glyph_warnings():
        figure.savefig(target, format="svg", dpi=DPI, metadata={"Date": None}, facecolor=figure.get_facecolor())
    text = target.getvalue().decode("utf-8", "replace")
    text = _SPACE.sub("><", _DROPPED.sub("", text[text.index("<svg") :]).strip())
    used = {name for tag in _TAG.findall(text) for found in _USE.findall(tag) for name in found if name}
    ids = {name: f"{prefix}-{number}" for number, name in enumerate(_in_order(text, used))}
    text = _SIZE.sub(lambda found: f' width="{float(found[1]) * DPI / 72:.0f}"', text, count=1)
    return _TAG.sub(lambda tag: _tidy(tag[0], ids), text)


def _in_order(text: str, used: set[str]) -> list[str]:
    """The ids that something refers to, as they come: matplotlib makes some of colours, which differ."""
    return [name for tag in _TAG.findall(text) for name in _ID.findall(tag) if name in used]


def _tidy(tag: str, ids: Mapping[str, str]) -> str:
    tag = _ID.sub(lambda found: f' id="{ids[found[1]]}"' if found[1] in ids else "", tag)
    tag = _USE.sub(lambda found: _reference(found, ids), _ATTRIBUTE.sub("", tag))
    return _LONG.sub(r"\1", tag).replace("\n", "") if "data:image" not in tag else tag


def _reference(found: "re.Match[str]", ids: Mapping[str, str]) -> str:
    return f'href="#{ids.get(found[1], "")}"' if found[1] else f"url(#{ids.get(found[2], '')})"


def _with_variables(light: str, dark: str, colors: ChartColors, prefix: str) -> str | None:
    """None where more than colours differs, as in a picture of pixels."""
    dark = dark.replace(f"{prefix}d-", f"{prefix}-")
    lights, darks = ([color for tag in _TAG.findall(text) for color in _COLOR.findall(tag)] for text in (light, dark))
    if _COLOR.sub("", light) != _COLOR.sub("", dark) or len(lights) != len(darks):
        return None
    others = iter(darks)
    return _TAG.sub(lambda tag: _COLOR.sub(lambda found: colors.variable(found[0], next(others)), tag[0]), light)


__all__ = ["ChartColors", "Draw", "inline_svg"]
