"""The report of results: one HTML file with everything inside, or its tables as CSV, JSON or Markdown."""

from datetime import datetime
from pathlib import Path

from inspector.analysis.pipeline_comparison import Reference
from inspector.analysis.pipelines import ResultSet
from inspector.analysis.progress import Progress
from inspector.errors import UsageError
from inspector.export.atomic_file import write_file
from inspector.export.report import ReportBuilder
from inspector.export.report_files import report_csv, report_json, report_markdown
from inspector.export.report_parts import Report
from inspector.palette import palette
from inspector.resources import resource_path

KINDS = ("html", "csv", "json", "md")


def kind_of(path: Path) -> str:
    """By the suffix: one of KINDS. Raises UsageError for another."""
    suffix = path.suffix[1:].lower()
    kind = {"htm": "html", "markdown": "md"}.get(suffix, suffix)
    if kind not in KINDS:
        raise UsageError(f'"{path.name}" has to end in .html, .csv, .json or .md.')
    return kind


def report_text(
    results: ResultSet, kind: str, reference: Reference | None = None, made: datetime | None = None,
    progress: Progress | None = None,
) -> str:  # fmt: skip
    """`kind` is one of KINDS; `reference` is what the scores are compared with, None for the usual one.

    Files of the results that are gone are said in the report. Raises what `progress` raises.
    """
    builder = ReportBuilder(results, reference, made, progress)
    if kind == "csv":
        return report_csv(builder)
    if kind == "json":
        return report_json(builder)
    if kind == "md":
        return report_markdown(builder.build(charts=False))
    report = builder.build()
    if progress is not None:
        progress(0.95, "Writing the report")
    return render(report)


def write_report(
    results: ResultSet, path: Path, reference: Reference | None = None, overwrite: bool = False,
    progress: Progress | None = None,
) -> Path:  # fmt: skip
    """The suffix of `path` says what is written. Raises UsageError for another suffix, ExportError."""
    text = report_text(results, kind_of(path), reference, progress=progress)
    return write_file(path, text.encode("utf-8", "backslashreplace"), overwrite)


def render(report: Report) -> str:
    """The HTML: one file that refers to nothing outside; all text is escaped, but for the charts."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    folder = resource_path("templates")
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["svg"] = Markup  # what inline_svg made
    return environment.get_template("report.html.j2").render(
        report=report, light=palette("light"), dark=palette("dark")
    )
