"""The look that all plots share: numbers on axes, names that need care, files."""

import warnings
import xml.etree.ElementTree as ElementTree

import pytest

from inspector.plots.style import (
    elide,
    figure_bytes,
    mix,
    new_figure,
    style_axes,
    text_width,
    tick_text,
    write,
    write_message,
)  # fmt: skip
from tests.plots.pictures import DARK, LIGHT, drawn, render, texts, tick_labels


@pytest.mark.parametrize(
    ("ticks", "shown"),
    [
        ([-0.25, 0.0, 0.25], ["-0.25", "0.00", "0.25"]),
        ([0.0, 500.0, 1000.0], ["0", "500", "1,000"]),
        ([-0.0, 2.5], ["0.0", "2.5"]),
        ([-1e-9, 0.0, 1e-9], ["-1e-09", "0", "1e-09"]),
        ([0.0, 2e7], ["0", "2e+07"]),
        ([1.4999999, 1.5, 1.5000001], ["1.4999999", "1.5000000", "1.5000001"]),
        ([3.0], ["3"]),
    ],
)
def test_ticks_have_just_the_decimals_that_tell_them_apart(ticks: list[float], shown: list[str]) -> None:
    assert [tick_text(tick, ticks) for tick in ticks] == shown


def test_negative_numbers_have_a_hyphen_not_the_typographic_minus() -> None:
    axes = drawn(lambda axes: (style_axes(axes, LIGHT), axes.set_xlim(-2, 2)))
    labels = tick_labels(axes.xaxis)
    assert "-2" in labels or "-2.0" in labels
    assert not any("−" in label for label in labels)


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_axes_take_the_themes_colours_and_have_only_their_lower_line(colors) -> None:
    axes = drawn(lambda axes: style_axes(axes, colors, "x", "y"), colors)
    assert axes.get_facecolor() == axes.figure.get_facecolor() == pytest.approx(_rgb(colors.surface))
    assert [side for side, spine in axes.spines.items() if spine.get_visible()] == ["bottom"]
    assert axes.xaxis.label.get_color() == colors.dim


def test_labels_fit_into_the_figure_whatever_their_length() -> None:
    def draw(axes) -> None:
        style_axes(axes, LIGHT, "real value", "elements")
        axes.set_ylim(0, 9_876_543)

    axes = drawn(draw, width=300, height=160)
    whole = axes.figure.bbox
    for axis in (axes.xaxis, axes.yaxis):
        box = axis.get_tightbbox(None)
        assert box.x0 >= whole.x0 and box.y0 >= whole.y0 and box.y1 <= whole.y1


def test_a_dollar_in_a_name_starts_no_formula() -> None:
    axes = drawn(lambda axes: write(axes, 0, 0, r"a$\frac{x$b", LIGHT.text))
    assert texts(axes) == [r"a$\frac{x$b"]


def test_a_name_no_font_can_write_is_no_warning() -> None:
    figure = new_figure(LIGHT, 200, 100)
    write_message(figure.add_subplot(), LIGHT, "層/カーネル \U0001f9e0")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure_bytes(figure, "png")
    assert not caught


def test_a_long_name_loses_its_middle_and_fits() -> None:
    name = "model/functional_3/block_17/depthwise_conv2d/depthwise"
    short = elide(name, 150, 8.5)
    assert short.startswith("model/") and short.endswith("depthwise"[-4:]) and "…" in short
    assert text_width(short, 8.5) <= 150 < text_width(name, 8.5)
    assert elide("dense", 150, 8.5) == "dense"
    assert elide("dense", 1, 8.5) == "…"


@pytest.mark.parametrize(("suffix", "head"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_the_same_figure_gives_the_same_file(suffix: str, head: bytes) -> None:
    def make() -> bytes:
        figure = new_figure(LIGHT, 300, 150)
        style_axes(figure.add_subplot(), LIGHT, "real value", "elements")
        return figure_bytes(figure, suffix)

    first, second = make(), make()
    assert first.startswith(head)
    assert first == second


def test_a_png_has_twice_the_pixels_so_that_it_is_sharp_in_print() -> None:
    png = figure_bytes(new_figure(LIGHT, 300, 150), "png")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (600, 300)


def test_an_svg_is_well_formed_with_any_name() -> None:
    figure = new_figure(LIGHT, 300, 150)
    axes = figure.add_subplot()
    style_axes(axes, LIGHT)
    write(axes, 0.5, 0.5, '<script>&"', LIGHT.text)
    assert ElementTree.fromstring(figure_bytes(figure, "svg")).tag.endswith("svg")


def test_a_figure_smaller_than_its_labels_still_draws() -> None:
    figure = new_figure(LIGHT, 12, 8)
    style_axes(figure.add_subplot(), LIGHT, "real value", "elements")
    render(figure)


def test_mixing_colours() -> None:
    assert mix("#FF0000", "#0000FF", 0.5) == "#800080"
    assert mix("#123456", "#FFFFFF", 1) == "#123456"


def _rgb(color: str) -> tuple[float, ...]:
    return (*(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)), 1.0)
