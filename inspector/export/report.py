"""Puts a report of results together from its parts: scores, charts, models, failures, and how it all came about."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime

import inspector
from inspector.analysis.pipeline_comparison import Against, PipelineComparison, Reference
from inspector.analysis.pipeline_rows import ResultRow, result_rows
from inspector.analysis.pipelines import ResultSet
from inspector.analysis.progress import Progress
from inspector.errors import DataError
from inspector.export.report_charts import ReportCharts
from inspector.export.report_models import model_part
from inspector.export.report_names import SENTENCE, bounded, bounded_results
from inspector.export.report_parts import Chart, ModelPart, Report, Table
from inspector.export.report_scores import (
    beside_table,
    beside_tables,
    failures,
    matrix_table,
    scheme_table,
    score_table,
    several_seeds,
    usual_reference,
    verdict_sentence,
)
from inspector.model.text import bytes_text, plural, printable

_MOST_PLAN = 64 << 10
_MOST_NOTES = 40


class ReportBuilder:
    """Reads what the parts need once. `reference` None takes the usual one; `made` is when, by default now."""

    def __init__(
        self, results: ResultSet, reference: Reference | None = None, made: datetime | None = None,
        progress: Progress | None = None,
    ) -> None:  # fmt: skip
        self.results = bounded_results(results)
        self._progress = progress
        self.made = made or datetime.now().astimezone()
        self._notes: list[str] = []
        self._comparison = PipelineComparison(self.results)
        self.reference = reference or usual_reference(self.results)
        self.rows = result_rows(self.results, self._against(self.reference))

    def build(self, charts: bool = True) -> Report:
        """`charts` False leaves them out, as a Markdown file has no place for them. Raises Cancelled from progress."""
        drawing = ReportCharts()
        results, rows = self.results, self.rows
        drawn: list[Chart] = []
        if charts:
            self._tell(0.1, "Drawing scores")
            drawn = drawing.of_scores(results, rows, self.reference)
        models = self._models(drawing if charts else None)
        return Report(
            results.name or "Results", self.made.strftime("%-d %B %Y, %H:%M %Z").strip(),
            f"TFLite Inspector {inspector.__version__}", verdict_sentence(results, rows, self.reference),
            self._figures(), self.reference.text if self.reference is not None else "",
            scheme_table(results, rows), matrix_table(results, rows), score_table(results, rows), self._beside(),
            tuple(drawn), models, failures(rows, several_seeds(results)), self._facts(),
            tuple(dict.fromkeys((*self._notes, *self._row_notes()))), self._plan(),
            (drawing.colors.rules(False), drawing.colors.rules(True)),
        )  # fmt: skip

    def _tell(self, fraction: float, message: str) -> None:
        if self._progress is not None:
            self._progress(fraction, message)

    def _against(self, reference: Reference | None) -> Mapping[str, Against]:
        """Nothing, with a note, where stored outputs are damaged."""
        if reference is None:
            return {}
        try:
            return self._comparison.against(reference)
        except DataError as error:
            self._notes.append(bounded(f"The pipelines are not compared. {error}", SENTENCE))
            return {}

    def _beside(self) -> tuple[Table, ...]:
        try:
            found = beside_tables(self.results, self._comparison, self.reference)
        except DataError:  # said already
            return ()
        return tuple(beside_table(self.results, reference, against) for reference, against in found)

    def _models(self, drawing: ReportCharts | None) -> tuple[ModelPart, ...]:
        by_model: dict[str, list[ResultRow]] = {}
        for row in self.rows:
            by_model.setdefault(row.result.model, []).append(row)
        parts = []
        for number, rows in enumerate(by_model.values(), 1):
            self._tell(0.2 + 0.7 * (number - 1) / len(by_model), f"Reading {rows[0].model}")
            charts = drawing.of_model(rows, self.results) if drawing is not None else []
            parts.append(model_part(rows, self.results, number, charts))
        return tuple(parts)

    def _figures(self) -> tuple[tuple[str, str], ...]:
        results = self.results
        sizes = [(each.size_bytes or 0, each) for each in results.done if each.size_bytes]
        found = [
            _figure(len(results.done), "pipeline done", "pipelines done"),
            _figure(len({each.model for each in results.pipelines}), "model", "models"),
            _figure(len({each.recipe for each in results.pipelines}), "scheme", "schemes"),
        ]
        if results.failed:
            found.append((f"{len(results.failed):,}", "failed"))
        if sizes:
            size, least = min(sizes, key=lambda each: each[0])
            found.append((bytes_text(size), f"smallest: {least.name} {least.scheme}"))
        return tuple(found)

    def _facts(self) -> tuple[tuple[str, str], ...]:
        """How the results came about, and where this report was made."""
        results = self.results
        cores = os.cpu_count() or 1
        seconds = sum(each.seconds for each in results.pipelines)
        facts = [
            (
                "Report made",
                f"{self.made.strftime('%Y-%m-%d %H:%M:%S %z')} by TFLite Inspector {inspector.__version__}",
            ),
            ("On", f"{platform.platform()}, {plural(cores, 'core')}, Python {platform.python_version()}"),
            ("Results", bounded(str(results.folder)) if results.folder is not None else "of this session"),
            ("Data", "; ".join(self._data())),
            ("Computing time", f"{seconds:,.1f} s in all" if seconds else ""),
            ("Versions", "; ".join(self._versions())),
            ("Latency", "; ".join(self._latency())),
        ]
        return tuple((name, bounded(value, SENTENCE)) for name, value in facts if value)

    def _data(self) -> list[str]:
        found: dict[str, str] = {}
        for each in self.results.done:
            samples = each.row.get("samples")
            found.setdefault(each.data, f"{plural(int(samples), 'sample')}" if samples else "")
        return [f"{data} ({samples})" if samples else data for data, samples in found.items() if data]

    def _versions(self) -> list[str]:
        """Each package with its version; several where the pipelines were made by several."""
        found: dict[str, dict[str, None]] = {}
        for each in self.results.pipelines:
            for name, version in each.versions.items():
                found.setdefault(name, {})[str(version)] = None
        return [f"{name} {' and '.join(versions)}" for name, versions in found.items()]

    def _latency(self) -> list[str]:
        told = (each.row.get("latency_ms") for each in self.results.done)
        words = (
            f"median of {each.get('runs', 0):,} runs of one sample on {plural(int(each.get('threads', 1)), 'thread')}, "
            f"{each.get('kernels', '')} kernels, {each.get('machine', '')}"
            for each in told if isinstance(each, dict)
        )  # fmt: skip
        return list(dict.fromkeys(words))[:4]

    def _row_notes(self) -> Sequence[str]:
        """What was said of pipelines; the same of several once, with whose it is."""
        whose: dict[str, list[str]] = {}
        for row in self.rows:
            for note in row.result.notes:
                whose.setdefault(note, []).append(f"{row.model} {row.result.scheme}")
        notes = [
            f"{', '.join(names) if len(names) <= 3 else plural(len(names), 'pipeline')}: {note}"
            for note, names in whose.items()
        ]
        return [bounded(note, SENTENCE) for note in notes[:_MOST_NOTES]]

    def _plan(self) -> str:
        """The text of the plan that is kept with the results; "" where there is none."""
        if self.results.folder is None:
            return ""
        try:
            with (self.results.folder / "plan.toml").open("rb") as file:
                text = file.read(_MOST_PLAN).decode("utf-8", "replace")
        except OSError:
            return ""
        return "\n".join(printable(line) for line in text.splitlines())


def _figure(count: int, one: str, many: str) -> tuple[str, str]:
    return f"{count:,}", one if count == 1 else many
