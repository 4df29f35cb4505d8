"""Runs one job in this process: picks the task by the job's name, hands it options, progress and a scratch folder.

A task is `function(options, progress, scratch) -> dict`: `options` of the job's class, `progress(fraction, message)`
as everywhere (it may raise Cancelled), `scratch` a folder that exists and is removed afterwards; the dict travels as
JSON. Its "summary", if there is one, is what the Jobs panel says of a job that is done. Tasks are named, not imported:
what one of them needs is loaded when it is asked for.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from inspector.analysis.progress import Progress
from inspector.errors import UsageError
from inspector.jobs.cluster import ClusterOptions
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.jobs.options import (
    CompareActivationsOptions,
    DebugOptions,
    JobOptions,
    QuantizeOptions,
    WarmOptions,
    from_dict,
)
from inspector.jobs.repair_options import RangesOptions, ScoreOptions, SuggestOptions
from inspector.jobs.sweep_options import PipelineOptions, SweepOptions
from inspector.jobs.try_options import TryOptions

Task = Callable[[Any, Progress, Path], dict[str, Any]]

TASKS: dict[str, tuple[type[JobOptions], str]] = {
    WarmOptions.JOB: (WarmOptions, "inspector.jobs.engine:warm"),
    QuantizeOptions.JOB: (QuantizeOptions, "inspector.jobs.quantize:quantize"),
    DebugOptions.JOB: (DebugOptions, "inspector.jobs.debug:debug"),
    CompareActivationsOptions.JOB: (CompareActivationsOptions, "inspector.jobs.activation_errors:compare_activations"),
    ScoreOptions.JOB: (ScoreOptions, "inspector.jobs.score:score"),
    SuggestOptions.JOB: (SuggestOptions, "inspector.jobs.suggest:suggest"),
    RangesOptions.JOB: (RangesOptions, "inspector.jobs.ranges:ranges"),
    EvaluateOptions.JOB: (EvaluateOptions, "inspector.jobs.evaluate:evaluate"),
    PipelineOptions.JOB: (PipelineOptions, "inspector.jobs.pipeline:pipeline"),
    SweepOptions.JOB: (SweepOptions, "inspector.jobs.sweep:sweep"),
    TryOptions.JOB: (TryOptions, "inspector.jobs.try_sample:try_sample"),
    ClusterOptions.JOB: (ClusterOptions, "inspector.jobs.cluster:cluster"),
}
"""Job name -> its options class and "module:function" of its task."""


def job_options(job: str, values: dict[str, Any]) -> JobOptions:
    """The options of a job from plain values. Raises UsageError for a job or an option that there is not."""
    if job not in TASKS:
        raise UsageError(f'There is no job "{job}". Jobs: {", ".join(TASKS)}.')
    return from_dict(TASKS[job][0], values)


def run_job(job: str, values: dict[str, Any], progress: Progress, scratch: Path) -> dict[str, Any]:
    """Does the job and returns its result. Raises what the task raises, UsageError for wrong options."""
    options = job_options(job, values)
    module, _, function = TASKS[job][1].partition(":")
    task: Task = getattr(import_module(module), function)
    return task(options, progress, scratch)
