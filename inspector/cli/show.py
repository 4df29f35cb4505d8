"""`tflite-inspector show`: what a model is, in a verdict, a few figures and the findings."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from inspector.analysis.overview import FigureText, Overview, overview_of
from inspector.analysis.sizes import SizeTotals
from inspector.cli.arguments import add_files, add_formats
from inspector.cli.opening import Files
from inspector.cli.output import output_path, write_output
from inspector.cli.page import Page, Section, TextTable
from inspector.cli.progress import ProgressLine
from inspector.cli.views import write_pages
from inspector.export.csv_table import csv_text
from inspector.export.json_table import json_text
from inspector.export.overview_json import OVERVIEW_KEYS, overview_fields
from inspector.model.columns import tensor_label
from inspector.model.finding import Finding, Level
from inspector.model.model import Model
from inspector.model.tensor import Tensor
from inspector.model.text import bytes_text, percent_text, printable, quantization_text, shape_text

NAME = "show"
HELP = "what a model is: quantization scheme, sizes, inputs and outputs, findings"
DESCRIPTION = """Says what a model is: which quantization it has and what that means for a microcontroller, how large
it is and what the bytes are, what goes in and comes out, what is wrong with it or could be better.

--json gives one object (several files: a list of them) with the keys format, path, size_bytes,
scheme, inputs, outputs, tensors_by_type, operator_counts, signatures, metadata, findings; of a
refused file, among several, {"path", "error"}. These keys stay. scheme is a word: float32, float16,
dynamic_range, weight_only, int8, uint8, int8_float_io, int16x8, legacy_uint8, mixed, keras, unknown.
A finding's level is good, note, warning or damage. --csv gives a line a file with the same keys."""
EXAMPLES = """  tflite-inspector show model.tflite
  tflite-inspector show *.tflite --strict
  tflite-inspector show --json model.tflite | jq -e '.scheme == "int8"'"""

_MARKS = {Level.GOOD: "ok", Level.NOTE: "note", Level.WARNING: "look", Level.DAMAGE: "damaged"}
_STYLES = {Level.GOOD: "good", Level.NOTE: "note", Level.WARNING: "warning", Level.DAMAGE: "damage"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_files(parser)
    add_formats(parser)


def run(arguments: argparse.Namespace) -> int:
    path = output_path(arguments)
    files = Files(arguments.strict, quiet_about_damage=True)
    match arguments.format:
        case "json":
            write_output(path, _json(files, arguments.files))
        case "csv":
            write_output(path, _csv(files, arguments.files))
        case _:
            write_pages(path, files, arguments.files, _page)
    return files.exit_code


def _json(files: Files, paths: list[str]) -> Iterator[str]:
    several = len(paths) > 1
    if several:
        yield "[\n"
    for number, (path, fields, error) in enumerate(files.each(paths, _fields)):
        if fields is None and not several:
            return
        yield ("," if number else "") + json_text(fields or {"path": path, "error": error}, indent=2) + "\n"
    if several:
        yield "]\n"


def _fields(model: Model) -> dict[str, Any]:
    with ProgressLine() as progress:
        return overview_fields(model, progress)


def _csv(files: Files, paths: list[str]) -> Iterator[str]:
    shown = [fields for _, fields, _ in files.each(paths, _fields) if fields is not None]
    if shown:
        yield from csv_text(OVERVIEW_KEYS, ([fields[key] for key in OVERVIEW_KEYS] for fields in shown))


def _page(model: Model) -> Page:
    page = Page()
    with ProgressLine() as progress:
        overview = overview_of(model, progress)
    _verdict(page, model, overview)
    _figures(page, overview)
    _bytes_by_type(page, overview.sizes)
    _ends(page, "Inputs", model.inputs())
    _ends(page, "Outputs", model.outputs())
    _operators(page, model, overview)
    _signatures(page, model)
    _findings(page, overview.findings)
    return page


def _plain(text: str) -> str:
    """Without the window's finer signs, which not every terminal and pipe can say."""
    return text.translate({0x201C: '"', 0x201D: '"', 0x2026: "..."}).replace(" \u00b7 ", ", ")


def _verdict(page: Page, model: Model, overview: Overview) -> None:
    scheme = overview.scheme
    chips = ", ".join(chip.text for chip in scheme.chips)
    page.line(f"{scheme.title}: {chips}" if chips else scheme.title, "title")
    page.line(_plain(scheme.sentence))
    if scheme.microcontroller:
        page.line(_plain(scheme.microcontroller))
    facts = [f"{key} {value}" for key, value in model.facts.items() if f"{key} {value}" not in overview.head]
    page.line(_plain(", ".join([*overview.head, *facts])), "dim")


def _table(
    page: Page, title: str, styles: Sequence[str], rows: Iterable[Sequence[str]], titles: Sequence[str] = ()
) -> None:
    page.line()
    if title:
        page.line(title, "title")
    section = Section([tuple(map(printable, row)) for row in rows])
    page.table(TextTable(tuple(titles) or ("",) * len(styles), tuple(styles), (section,)))


def _figures(page: Page, overview: Overview) -> None:
    sizes = overview.sizes
    rows = [(figure.title, figure.value, _plain(_line(figure))) for figure in overview.figures]
    parts = f"data {sizes.data:,}, other {sizes.non_data:,}, buffers of zeros {sizes.zero_value:,} bytes"
    rows.append(("Buffers", bytes_text(sizes.data), parts))
    if sizes.duplicate_bytes:
        rows.append(("Duplicates", bytes_text(sizes.duplicate_bytes), "could be saved if equal buffers were shared"))
    _table(page, "", ("text", "number", "text"), rows)


def _line(figure: FigureText) -> str:
    """The explanation with the exact number, where the figure itself is rounded."""
    number = figure.exact.split(" ")[0]
    if not number or number in figure.line or (number == figure.value and figure.line not in figure.exact):
        return figure.line
    return figure.exact if figure.line in figure.exact else f"{figure.exact}, {figure.line}"


def _bytes_by_type(page: Page, sizes: SizeTotals) -> None:
    rows = [
        (part.name, "" if part.tensors is None else f"{part.tensors:,}", f"{part.bytes:,}", percent_text(part.share),
         part.what)
        for part in sizes.by_type
    ]  # fmt: skip
    titles = ("Type", "Tensors", "Bytes", "Share", "What they are")
    _table(page, "Bytes by type", ("chip", "number", "number", "number", "text"), rows, titles)


def _ends(page: Page, title: str, tensors: list[Tensor]) -> None:
    if not tensors:
        return
    rows = [
        (tensor_label(tensor), tensor.name, shape_text(tensor.shape_signature or tensor.shape), tensor.type.name,
         quantization_text(tensor.quantization))
        for tensor in tensors
    ]  # fmt: skip
    titles = ("T#", "Name", "Shape", "Type", "scale, zero_point")
    _table(page, title, ("mono", "mono", "mono", "chip", "text"), rows, titles)


def _operators(page: Page, model: Model, overview: Overview) -> None:
    if overview.operator_counts:
        rows = [(name, f"{count:,}") for name, count in overview.operator_counts]
        _table(page, "Layers" if model.is_keras else "Operators", ("mono", "number"), rows)


def _signatures(page: Page, model: Model) -> None:
    if model.signatures:
        rows = [
            (signature.key, f"({', '.join(signature.inputs)}) -> ({', '.join(signature.outputs)})")
            for signature in model.signatures
        ]
        _table(page, "Signatures", ("mono", "mono"), rows)
    if model.metadata or model.associated_files:
        sizes = [(entry.name, entry.size_bytes) for entry in model.metadata]
        sizes += [(file.name, file.size_bytes) for file in model.associated_files]
        rows = [(name, bytes_text(size)) for name, size in sizes]
        _table(page, "Metadata and associated files", ("mono", "number"), rows)


def _findings(page: Page, found: tuple[Finding, ...]) -> None:
    if not found:
        return
    page.line()
    page.line("Findings", "title")
    width = max(len(mark) for mark in _MARKS.values())
    for finding in sorted(found, key=lambda finding: -finding.level):
        page.line(f"{_MARKS[finding.level]:<{width}}  {_plain(finding.title)}", _STYLES[finding.level])
        if finding.detail:
            page.line(f"{'':{width}}  {_plain(finding.detail)}", "dim")
