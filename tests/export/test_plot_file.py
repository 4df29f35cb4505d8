"""Plots as files: pictures, the numbers behind them, many histograms in one go."""

import csv
from pathlib import Path

import pytest

from inspector.errors import ExportError, UsageError
from inspector.export.plot_file import all_paths, channel_csv, kind_of, write_all_plots, write_tensor_plot, write_text
from inspector.palette import palette
from inspector.plots.weight_figure import WeightFigure
from tests.plots.pictures import channels, histogram

LIGHT = palette("light")


def rows_of(path: Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("suffix", "head"), [("png", b"\x89PNG"), ("SVG", b"<?xml"), ("pdf", b"%PDF")])
def test_the_suffix_chooses_the_kind_of_picture(tmp_path: Path, suffix: str, head: bytes) -> None:
    path = write_tensor_plot(tmp_path / f"plot.{suffix}", WeightFigure(histogram(), "", channels()), LIGHT)
    assert path.read_bytes().startswith(head)


def test_the_csv_of_a_plot_is_its_histogram(tmp_path: Path) -> None:
    path = write_tensor_plot(tmp_path / "plot.csv", WeightFigure(histogram(), "", channels()), LIGHT)
    rows = rows_of(path)
    assert [row["count"] for row in rows] == ["1", "4", "3", "2"]
    assert [float(row["low"]) for row in rows] == [-1, -0.5, 0, 0.5]


def test_the_csv_of_the_channels_has_a_row_each(tmp_path: Path) -> None:
    rows = rows_of(write_text(tmp_path / "channels.csv", channel_csv(channels(3))))
    assert [row["channel"] for row in rows] == ["0", "1", "2"]
    assert [float(row["scale"]) for row in rows] == pytest.approx([0.01, 0.02, 0.03])


def test_channels_of_a_float_tensor_have_empty_cells_for_scales(tmp_path: Path) -> None:
    plot = channels(2, scale=None, zero_point=None, lowest=None, highest=None)
    rows = rows_of(write_text(tmp_path / "channels.csv", channel_csv(plot)))
    assert [row["scale"] for row in rows] == ["", ""]


def test_all_histograms_are_one_file(tmp_path: Path) -> None:
    plots = [histogram(name="a"), histogram(name="b")]
    assert write_all_plots(tmp_path / "all.png", plots, LIGHT) == [tmp_path / "all.png"]
    write_all_plots(tmp_path / "all.csv", plots, LIGHT)
    assert [row["name"] for row in rows_of(tmp_path / "all.csv")] == ["a"] * 4 + ["b"] * 4


def test_more_than_one_picture_can_hold_are_numbered(tmp_path: Path) -> None:
    paths = all_paths(tmp_path / "all.svg", 600)
    assert [path.name for path in paths] == ["all-1.svg", "all-2.svg"]
    assert all_paths(tmp_path / "all.csv", 600) == [tmp_path / "all.csv"]
    assert write_all_plots(tmp_path / "all.svg", [histogram()] * 600, LIGHT) == paths
    assert all(path.stat().st_size > 1000 for path in paths)


def test_a_name_that_is_a_formula_is_text_in_the_csv(tmp_path: Path) -> None:
    write_all_plots(tmp_path / "all.csv", [histogram(name='=HYPERLINK("x")')], LIGHT)
    assert rows_of(tmp_path / "all.csv")[0]["name"].startswith("'=")


def test_a_suffix_that_can_not_be_written_is_refused(tmp_path: Path) -> None:
    for name in ("plot.jpg", "plot"):
        with pytest.raises(UsageError, match="has to end in"):
            kind_of(tmp_path / name)


def test_a_file_that_is_there_is_left_alone_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "plot.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError):
        write_tensor_plot(path, WeightFigure(histogram()), LIGHT)
    assert path.read_text(encoding="utf-8") == "mine"
    write_tensor_plot(path, WeightFigure(histogram()), LIGHT, overwrite=True)
    assert path.read_text(encoding="utf-8").startswith("low,high")
