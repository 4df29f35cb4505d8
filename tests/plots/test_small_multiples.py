"""All histograms on one page: the grid, what a point hits, and that a page is few artists."""

import time

import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from inspector.plots.small_multiples import (
    CELL_HEIGHT,
    CELL_WIDTH,
    GAP,
    MARGIN,
    SmallMultiples,
    draw_small_multiples,
    pages,
)  # fmt: skip
from inspector.plots.style import new_figure
from tests.plots.pictures import LIGHT, histogram, render, texts


def page_of(count: int, columns: int = 4) -> SmallMultiples:
    return SmallMultiples(tuple(histogram(name=f"layer_{i}") for i in range(count)), columns)


def draw(page: SmallMultiples, log: bool = False):
    figure = new_figure(LIGHT, page.width, page.height)
    axes = draw_small_multiples(figure, page, LIGHT, log)
    render(figure)
    return axes


def polygons(axes) -> list[np.ndarray]:
    (bars,) = [c for c in axes.collections if isinstance(c, PolyCollection)]
    return [path.vertices for path in bars.get_paths()]


def test_cells_stand_in_rows_and_columns() -> None:
    page = page_of(5, columns=2)
    assert page.corner(0) == (MARGIN, MARGIN)
    assert page.corner(3) == (MARGIN + CELL_WIDTH + GAP, MARGIN + CELL_HEIGHT + GAP)
    assert page.height == 2 * MARGIN + 3 * CELL_HEIGHT + 2 * GAP


@pytest.mark.parametrize("width", [100, 500, 901, 1184, 2560])
def test_in_a_window_cells_fill_the_width(width: int) -> None:
    page = SmallMultiples.for_width(page_of(9).plots, width)
    assert page.columns >= 1
    assert width - page.columns <= page.width <= max(width, 2 * MARGIN + CELL_WIDTH)
    assert page.cell_width >= CELL_WIDTH or page.columns == 1


def test_a_point_hits_the_cell_it_is_in() -> None:
    page = page_of(5, columns=2)
    for place in range(5):
        x, y = page.corner(place)
        assert page.cell_at(x + 1, y + 1) == page.cell_at(x + CELL_WIDTH - 1, y + CELL_HEIGHT - 1) == place
    assert page.cell_at(MARGIN + CELL_WIDTH + GAP / 2, MARGIN + 5) is None
    x, y = page.corner(5)
    assert page.cell_at(x + 5, y + 5) is None
    assert page.cell_at(0, 0) is page.cell_at(-900, 3) is page.cell_at(page.width + 900, 20) is None


def test_each_histogram_keeps_its_shape() -> None:
    axes = draw(page_of(3))
    first = polygons(axes)[0]
    floor, top = first[:, 1].max(), first[:, 1].min()
    heights = (floor - first[1:-2:2, 1]) / (floor - top)
    assert np.allclose(heights[:4], [0.25, 1, 0.75, 0.5])
    assert first[:, 0].min() == pytest.approx(MARGIN) and first[:, 0].max() == pytest.approx(MARGIN + CELL_WIDTH)


def test_on_a_log_axis_small_bars_grow() -> None:
    def second_highest(log: bool) -> float:
        outline = polygons(draw(page_of(1), log))[0]
        levels = sorted({float(y) for y in outline[:, 1]})
        return levels[1]

    assert second_highest(True) < second_highest(False)


def test_titles_counts_and_ends_are_written() -> None:
    written = texts(draw(page_of(2)))
    assert written[:4] == ["layer_0", "10", "-1", "1"]


def test_an_empty_tensor_says_so_and_its_neighbours_are_drawn() -> None:
    empty = histogram(name="nan", edges=np.zeros(1), counts=np.zeros(0, int))
    page = SmallMultiples((histogram(), empty, histogram(name="last")), 2)
    axes = draw(page)
    assert "no finite values" in texts(axes)
    assert len(polygons(axes)) == 2


def test_a_single_value_is_a_visible_bar_in_the_middle() -> None:
    one = histogram(edges=np.array([2.0, 2.0]), counts=np.array([9]))
    (outline,) = polygons(draw(SmallMultiples((one,), 1)))
    assert np.ptp(outline[:, 0]) == pytest.approx(3)
    assert (outline[:, 0].min() + outline[:, 0].max()) / 2 == pytest.approx(MARGIN + CELL_WIDTH / 2)


def test_a_hundred_layers_are_three_collections() -> None:
    axes = draw(page_of(100))
    assert len(axes.collections) == 3
    assert len(axes.patches) == len(axes.lines) == 0


def test_files_are_one_picture_until_it_would_be_too_tall_to_open() -> None:
    plots = page_of(1).plots * 700
    made = pages(plots)
    assert len(pages(plots[:300])) == 1
    assert sum(len(page.plots) for page in made) == 700
    assert len(made) > 1
    assert all(2 * page.height < 32768 for page in made)
    assert len(pages(())) == 1


def test_sixty_histograms_draw_in_no_more_than_a_blink() -> None:
    page = page_of(60)
    draw(page)
    start = time.process_time()
    draw(page)
    assert time.process_time() - start < 2.0
