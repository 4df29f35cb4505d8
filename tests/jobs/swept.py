"""Holds a sweep's results against what the plain script wrote: every score, and the variants byte for byte."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.analysis.pipelines import PipelineResult, ResultSet

COUNTED = (
    "task", "accuracy", "precision", "recall", "f1", "balanced_accuracy", "kappa", "hamming_loss", "jaccard",
    "confusion_matrix", "size_bytes",
)  # fmt: skip


def differences(results: ResultSet, plain: Path) -> list[str]:
    """What is not the same in the folder `plain` that tests.jobs.plain_sweep filled; [] for all equal.

    What counts decisions is equal, but for the last bit of a division. The log loss sums float outputs: the same to
    1e-9, or, for a model that the plain script ran with other kernels, as near as its outputs are.
    """
    expected = json.loads((plain / "scores.json").read_text())
    found = [f"{name} is missing" for name in expected.keys() - {f"{each.name} {each.recipe}" for each in results.done}]
    for each in results.done:
        title = f"{each.name} {each.recipe}"
        row, told = each.row, expected[title]
        found += [f"{title}: {name} {row[name]}, not {told[name]}" for name in COUNTED
                  if name in told and not _equal(row[name], told[name])]  # fmt: skip
        if variant_bytes(results, each) != (plain / f"{Path(each.name).stem}.{each.recipe}.tflite").read_bytes():
            found.append(f"{title}: other bytes")
        apart = outputs_apart(results, each, plain)
        if "log_loss" in told and row["log_loss"] != pytest.approx(told["log_loss"], abs=max(1e-9, apart)):
            found.append(f"{title}: log loss {row['log_loss']}, not {told['log_loss']}")
        if apart and not told["other_kernels"]:
            found.append(f"{title}: outputs up to {apart:.3g} apart")
    return found


def _equal(mine: Any, theirs: Any) -> bool:
    if isinstance(mine, float):
        return bool(mine == pytest.approx(theirs, rel=1e-12, abs=0))
    return bool(mine == theirs)


def variant_bytes(results: ResultSet, result: PipelineResult) -> bytes:
    return results.path(result.variant).read_bytes()


def outputs_apart(results: ResultSet, result: PipelineResult, plain: Path) -> float:
    """The largest difference of the real outputs."""
    ours = np.load(results.path(result.outputs))
    theirs = np.load(plain / f"{Path(result.name).stem}.{result.recipe}.npy")
    return float(np.abs(ours.reshape(theirs.shape) - theirs).max())


def same_table(one: ResultSet, other: ResultSet) -> list[str]:
    """What two runs of one plan say differently: times and latencies apart, nothing may be."""
    found = []
    for mine, theirs in zip(one.pipelines, other.pipelines, strict=True):
        rows = [{**each.row, "latency_ms": None, "run": None, "model": None} for each in (mine, theirs)]
        if (mine.key, mine.state) != (theirs.key, theirs.state) or rows[0] != rows[1]:
            found.append(f"{mine.name} {mine.recipe} / {theirs.name} {theirs.recipe}")
        elif variant_bytes(one, mine) != variant_bytes(other, theirs):
            found.append(f"{mine.name} {mine.recipe}: other bytes")
    return found
