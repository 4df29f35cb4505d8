"""One table a file, for people, as JSON or as CSV: what every listing command does with its files."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.cli.opening import Files
from inspector.cli.output import output_path, write_output
from inspector.export.json_table import json_list, json_text
from inspector.model.model import Model
from inspector.model.text import printable

if TYPE_CHECKING:
    from inspector.cli.page import Page

TableColumns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Views:
    """`page` is for people; `columns` (key -> values, one a row) is the interface of JSON and CSV."""

    page: "Callable[[Model], Page]"
    columns: Callable[[Model], TableColumns]


def run_views(arguments: argparse.Namespace, views: Views) -> int:
    """Shows every file of the command in the form asked for and returns the exit code.

    JSON of one file is a list of rows; of several, a list of {"path", "rows"}, with {"error"} for a refused file.
    CSV of several files begins each row with its path.
    """
    path = output_path(arguments)
    files = Files(arguments.strict)
    match arguments.format:
        case "json":
            write_output(path, _json(files, arguments.files, views))
        case "csv":
            write_output(path, _csv(files, arguments.files, views))
        case _:
            write_pages(path, files, arguments.files, views.page)
    return files.exit_code


def write_pages(path: Path | None, files: Files, paths: list[str], page: "Callable[[Model], Page]") -> None:
    """The pages for people, each as soon as it is made."""
    pages = _headed_pages(files, paths, page)
    if path is not None:
        write_output(path, (piece for each in pages for piece in each.plain()))
        return
    for each in pages:
        show_page(each)


def show_page(page: "Page") -> None:
    """Prints a page: in colours on a terminal, else plain."""
    if sys.stdout.isatty():
        from inspector.cli.rich_page import print_page, suits_terminal

        if suits_terminal(page):
            print_page(page)
            return
    write_output(None, page.plain())


def _headed_pages(files: Files, paths: list[str], page: "Callable[[Model], Page]") -> "Iterator[Page]":
    from inspector.cli.page import Page

    first = True
    for path, shown, _ in files.each(paths, page):
        if shown is None:
            continue
        heading = Page()
        if len(paths) > 1:
            if not first:
                heading.line()
            heading.line(path, "title")
            heading.line()
        yield Page(heading.blocks + shown.blocks)
        first = False


def _json(files: Files, paths: list[str], views: Views) -> Iterator[str]:
    if len(paths) == 1:
        for _, columns, _ in files.each(paths, views.columns):
            if columns is not None:
                yield from json_list(columns)
                yield "\n"
        return
    yield "[\n"
    for number, (path, columns, error) in enumerate(files.each(paths, views.columns)):
        yield f'{"," if number else ""}{{"path": {json_text(path)}, "rows": '
        if columns is None:
            yield f'[], "error": {json_text(error)}}}\n'
        else:
            yield from json_list(columns)
            yield "}\n"
    yield "]\n"


def _csv(files: Files, paths: list[str], views: Views) -> Iterator[str]:
    from inspector.export.csv_table import csv_columns

    tables = [(path, columns) for path, columns, _ in files.each(paths, views.columns) if columns is not None]
    if len(paths) == 1:
        for _, columns in tables:
            yield from csv_columns(columns)
    elif tables:
        yield from csv_columns(_joined(tables))


def _joined(tables: list[tuple[str, TableColumns]]) -> dict[str, list[Any]]:
    """Tables of several files below one another: a column `path` first, nothing where a file has no such column."""
    joined: dict[str, list[Any]] = {"path": []}
    joined.update((key, []) for _, columns in tables for key in columns)
    for path, columns in tables:
        count = len(next(iter(columns.values()), ()))
        joined["path"] += [printable(path)] * count
        for key, values in joined.items():
            if key != "path":
                values += columns.get(key, [None] * count)
    return joined
