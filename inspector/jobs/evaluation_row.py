"""One model's row of an evaluation: its scores, their intervals, and how they differ from the reference's."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inspector.analysis.evaluation_scores import SCORES, agreement, averages_of, scores
from inspector.analysis.evaluation_task import BINARY, MULTILABEL, decisions
from inspector.analysis.resampling import Replicates, difference, interval, replicates
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.jobs.evaluation_run import Outputs
from inspector.jobs.interpreter_run import Array
from inspector.model import Model


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """What of one model another is compared with."""

    model: Model
    outputs: Outputs
    decided: Array | None
    values: dict[str, Any]
    replicates: Replicates


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Scores models alike: the task, the labels as the task counts them (None: there are none), names of classes."""

    task: str
    labels: Array | None
    names: Sequence[str]
    options: EvaluateOptions

    def scored(self, model: Model, outputs: Outputs) -> Scored:
        decided = self.decided(outputs)
        if self.labels is None:
            empty = dict.fromkeys((*SCORES, "confusion_matrix", "per_class"))
            return Scored(model, outputs, decided, empty, {})
        average = averages_of(self.task, self.options.average)
        values = scores(self.task, self.labels, outputs.real, decided, average, self.names)
        drawn = replicates(
            self.task, self.labels, outputs.real, decided, average, self.options.resamples, self.options.seed
        )
        return Scored(model, outputs, decided, values, drawn)

    def decided(self, outputs: Outputs) -> Array | None:
        """By the raw rule on the values as they are stored, where it is asked for and there is a threshold."""
        if self.options.raw_threshold and self.task in (BINARY, MULTILABEL) and outputs.middle is not None:
            return decisions(outputs.raw, self.task, outputs.middle)
        return decisions(outputs.real, self.task, self.options.threshold)

    def row(self, scored: Scored, reference: Scored | None) -> dict[str, Any]:
        """Plain values, in the order in which they are written; None where one does not apply."""
        outputs, values = scored.outputs, scored.values
        return {
            "model": str(scored.model.path),
            "task": self.task,
            "samples": len(outputs.real),
            **{name: values[name] for name in SCORES if name not in ("mae", "rmse", "r2")},
            "confusion_matrix": values["confusion_matrix"],
            "per_class": values["per_class"],
            "agreement": None if reference is None else self._agreement(scored, reference),
            "intervals": self._intervals(scored),
            "latency_ms": latency(outputs),
            **{name: values[name] for name in ("mae", "rmse", "r2")},
            "differences": None if reference is None or scored is reference else self._differences(scored, reference),
            "size_bytes": scored.model.size_bytes,
            "input_type": outputs.input_type,
            "output_type": outputs.output_type,
            "run": {"how": outputs.how, "seconds": outputs.seconds},
            "notes": list(outputs.notes),
        }

    def _agreement(self, scored: Scored, reference: Scored) -> dict[str, Any]:
        found = agreement(reference.outputs.real, scored.outputs.real, reference.decided, scored.decided)
        return {"reference": str(reference.model.path), **found}

    def _intervals(self, scored: Scored) -> dict[str, list[float] | None] | None:
        """95 %, by bootstrap."""
        if not scored.replicates:
            return None
        found = {name: interval(drawn) for name, drawn in scored.replicates.items() if scored.values[name] is not None}
        return {name: None if each is None else list(each) for name, each in found.items()}

    def _differences(self, scored: Scored, reference: Scored) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        for name, drawn in scored.replicates.items():
            mine, other = scored.values[name], reference.values[name]
            if mine is None or other is None:
                continue
            each = difference(name, mine - other, drawn, reference.replicates[name])
            if each is not None:
                found[name] = {"value": each.value, "low": each.low, "high": each.high, "verdict": each.verdict}
        return found or None


def latency(outputs: Outputs) -> dict[str, Any] | None:
    """One sample at a time on one thread, on this machine; None where nothing was timed."""
    if not outputs.latency_ms:
        return None
    low, middle, high = np.percentile(outputs.latency_ms, (5, 50, 95)).tolist()
    return {
        "median": middle, "p5": low, "p95": high, "runs": len(outputs.latency_ms), "threads": 1,
        "kernels": outputs.kernels, "machine": platform.processor() or platform.machine(),
    }  # fmt: skip
