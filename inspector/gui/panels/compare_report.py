"""Saves what Compare shows: tensor pairs as CSV, the whole comparison as JSON, measured to the end first."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from inspector.analysis.comparison import ComparedTensor, Comparison, measure
from inspector.export.comparison_report import comparison_csv, comparison_json
from inspector.export.plot_file import write_text
from inspector.gui.background import Progress, Task, run_in_background
from inspector.gui.panels.weight_export import ask_where
from inspector.gui.session import Session

PAIRS, WHOLE = "Tensor pairs (*.csv)", "Variants and tensor pairs (*.json)"


def save_report(
    parent: QWidget, session: Session, comparison: Comparison, stem: str, rows: Sequence[ComparedTensor] | None = None
) -> Task | None:
    """Asks where and writes in the background; None if the user chose no place. `rows`: these only, as CSV."""
    kinds = (PAIRS, WHOLE) if rows is None else (PAIRS,)
    title = "Save Report" if rows is None else "Save Tensors"
    chosen = ask_where(parent, title, f"{stem}.compare.csv", kinds)
    if chosen is None:
        return None
    path, _kind = chosen
    wanted = comparison if rows is None else replace(comparison, rows=tuple(rows))

    def work(progress: Progress) -> Path:
        whole = wanted if wanted.measured else measure(wanted, progress)
        return write_report(path, whole)

    return run_in_background(work, lambda _path: None, session.failed.emit)


def write_report(path: Path, comparison: Comparison) -> Path:
    """JSON for a name that ends so, else CSV. Raises ExportError."""
    if path.suffix.lower() == ".json":
        return write_text(path, [comparison_json(comparison)], overwrite=True)
    return write_text(path, comparison_csv(comparison), overwrite=True)
