"""Looks in a thread whether models, samples and labels go together, as the evaluation itself would."""

import numpy as np

from inspector.analysis.evaluation_task import BINARY, MULTICLASS, MULTILABEL, REGRESSION
from inspector.datasets.notice import Notice
from inspector.errors import Cancelled, InspectorError
from inspector.gui.background import Progress
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.model.finding import Level
from inspector.model.text import number_text, plural

_TASKS = {MULTICLASS: "one class of several", BINARY: "yes or no", MULTILABEL: "several labels a sample",
          REGRESSION: "numbers"}  # fmt: skip
_FEW = 100


def check_evaluation(options: EvaluateOptions, progress: Progress) -> tuple[Notice, ...]:
    """What is to be said of the labels; one of DAMAGE where the job would fail. Nothing is run."""
    from inspector.jobs.evaluate import prepared

    try:
        work = prepared(options, progress)
    except Cancelled:
        raise
    except InspectorError as error:
        return (Notice(Level.DAMAGE, str(error)),)
    if work.labels is None:
        return (
            Notice(Level.NOTE, "Without labels there are no scores, only how far models agree with the reference."),
        )
    labels = work.labels
    text = f"{plural(len(labels), 'label')}: {_TASKS[work.task]}"
    if work.task == REGRESSION:
        text += f", from {number_text(float(labels.min()))} to {number_text(float(labels.max()))}"
    elif work.task == MULTILABEL:
        text += f", {labels.shape[1]:,} of them, {labels.mean(axis=0).min():.0%} to {labels.mean(axis=0).max():.0%} yes"
    else:
        counts = np.unique(labels, return_counts=True)[1]
        text += f", {len(counts):,} classes of {counts.min():,} to {counts.max():,}"
    found = [Notice(Level.GOOD, f"{text}.")]
    if work.label_note:
        found.append(Notice(Level.NOTE, work.label_note))
    if len(labels) < _FEW and work.task != REGRESSION:
        found.append(Notice(Level.NOTE, f"Each sample is {1 / len(labels):.1%}: the intervals will be wide."))
    return tuple(found)
