"""What `evaluate` shows people: a line a model with its scores, and the confusion matrix of a single one."""

from pathlib import Path
from typing import Any

from inspector.analysis.pipeline_columns import ARROWS
from inspector.cli.page import Page, Section, TextTable
from inspector.model.text import percent_text, plural

_TITLES = {
    "accuracy": "accuracy", "precision": "precision", "recall": "recall", "f1": "F1",
    "balanced_accuracy": "balanced", "kappa": "kappa", "hamming_loss": "Hamming", "jaccard": "Jaccard",
    "log_loss": "log loss", "mae": "MAE", "rmse": "RMSE", "r2": "R2",
}  # fmt: skip
_SHARES = ("accuracy", "precision", "recall", "f1", "balanced_accuracy")
_MOST_CLASSES = 20


def evaluation_page(result: dict[str, Any]) -> Page:
    """The whole of it; arrows stand behind a score that differs from the reference's."""
    rows = [*([result["reference_row"]] if result["reference_row"] else []), *result["models"]]
    page = Page()
    task = {"multiclass": "one class of several", "binary": "yes or no", "multilabel": "several labels",
            "regression": "numbers"}[result["task"]]  # fmt: skip
    labels = f", labels {result['labels']}" if result["labels"] else ", no labels"
    page.line(f"{plural(result['samples'], 'sample')} of {Path(result['data']).name}{labels}: {task}", "title")
    page.line(_legend(result, any(row["intervals"] for row in rows)), "dim")
    page.line()
    page.table(_scores(rows))
    agreements = [row for row in rows if row["agreement"] is not None and row["differences"] is not None]
    agreements = agreements or [row for row in result["models"] if row["agreement"] is not None]
    if agreements:
        page.line()
        page.line(f"Agreement with {Path(result['reference']).name}, which needs no labels", "title")
        page.table(_agreement(agreements))
    if len(result["models"]) == 1:
        _add_classes(page, result["models"][0], result["task"])
    timed = next((row["latency_ms"] for row in rows if row["latency_ms"]), None)
    if timed:
        page.line()
        page.line(f"Latency is this machine's ({timed['machine']}): one sample at a time on one thread.", "dim")
    return page


def _legend(result: dict[str, Any], sure: bool) -> str:
    if not sure:
        return "no intervals: nothing is resampled" if result["labels"] else "no scores: they need labels"
    text = "intervals by bootstrap over the samples"
    if result["reference"]:
        text += f"; ▲ better, ▼ worse, ≈ about equal to {Path(result['reference']).name}"
    return text


def _scores(rows: list[dict[str, Any]]) -> TextTable:
    shown = [name for name in _TITLES if any(row[name] is not None for row in rows)]
    titles = (
        "Model",
        "bytes",
        *(_TITLES[name] for name in shown),
        *([f"95 % of {_TITLES[shown[0]]}"] if shown else []),
        "ms",
        "kernels",
    )
    lines = []
    for row in rows:
        cells = [_score(row, name) for name in shown]
        latency = row["latency_ms"]
        time = (f"{latency['median']:.3g}", latency["kernels"]) if latency else ("", "")
        bracket = [_interval(row, shown[0])] if shown else []
        lines.append((Path(row["model"]).name, f"{row['size_bytes']:,}", *cells, *bracket, *time))
    styles = ("text", "bytes", *("number" for _each in shown), *(["text"] if shown else []), "number", "text")
    return TextTable(titles, styles, (Section(lines),))


def _score(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if value is None:
        return ""
    text = _number(name, value)
    verdict = ((row["differences"] or {}).get(name) or {}).get("verdict")
    return f"{text} {ARROWS[verdict]}" if verdict else text


def _interval(row: dict[str, Any], name: str) -> str:
    ends = (row["intervals"] or {}).get(name)
    return f"[{_number(name, ends[0])}, {_number(name, ends[1])}]" if ends else ""


def _number(name: str, value: float) -> str:
    return percent_text(value) if name in _SHARES else f"{value:.4g}"


def _agreement(rows: list[dict[str, Any]]) -> TextTable:
    lines = []
    for row in rows:
        same = row["agreement"]
        decided = "" if same["decisions"] is None else percent_text(same["decisions"])
        parts = f"{same['mean_difference']:.4g}", f"{same['max_difference']:.4g}"
        lines.append((Path(row["model"]).name, decided, *parts))
    titles = ("Model", "same decision", "mean difference", "largest difference")
    return TextTable(titles, ("text", "number", "number", "number"), (Section(lines),))


def _add_classes(page: Page, row: dict[str, Any], task: str) -> None:
    classes, matrix = row["per_class"], row["confusion_matrix"]
    if not classes:
        return
    page.line()
    lines = [
        (each["name"], *(percent_text(each[key]) for key in ("precision", "recall", "f1")), f"{each['support']:,}")
        for each in classes
    ]
    page.table(
        TextTable(("Class", "precision", "recall", "F1", "samples"), ("text", *["number"] * 4), (Section(lines),))
    )
    if task == "multilabel" or not matrix or len(matrix) > _MOST_CLASSES:
        return
    page.line()
    page.line("Confusion matrix: rows are the labels, columns what the model says", "title")
    names = [each["name"][:12] for each in classes]
    rows = [(name, *(f"{count:,}" for count in counts)) for name, counts in zip(names, matrix, strict=True)]
    page.table(TextTable(("", *names), ("text", *["number"] * len(names)), (Section(rows),)))
