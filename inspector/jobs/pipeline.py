"""The task "pipeline": one variant is made as `quantize` does and evaluated as `evaluate` does; its files are kept."""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from inspector.analysis.progress import Progress
from inspector.errors import DataError, JobError
from inspector.jobs.evaluate import notes, prepared, scored_models
from inspector.jobs.options import DebugOptions, QuantizeOptions
from inspector.jobs.provenance import versions
from inspector.jobs.quantize import quantize
from inspector.jobs.scratch import DELIVERY
from inspector.jobs.sweep_options import PipelineOptions

_OUTPUTS, _DECIDED, _LABELS, _LAYERS = "outputs.npy", "decided.npy", "labels.npy", "layers.csv"


def pipeline(options: PipelineOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Fills the folder output_folder/key. Returns {"row", "notes", "versions", "variant", "outputs", "decided",
    "labels", "debug"}: the row is Judge.row's, the last five are names of files in that folder, "" where there is none.

    Raises UsageError, ModelFileError, DataError, JobError.
    """
    folder = scratch / "files"
    made = _variant(options, _part(progress, 0.0, 0.55), _made(scratch / "making"), folder)
    variant = Path(made["path"])
    told = _evaluated(options, variant, _part(progress, 0.55, 0.8 if options.debug else 1.0), scratch)
    debug = _debugged(options, _part(progress, 0.8, 1.0), _made(scratch / "debugging"), folder) if options.debug else []
    _deliver(folder, Path(options.output_folder) / options.key, scratch)
    told["row"]["model"] = told["variant"] = variant.name
    told["notes"] = list(dict.fromkeys([*made["notes"], *told["notes"], *debug]))
    told["debug"] = _LAYERS if (Path(options.output_folder) / options.key / _LAYERS).is_file() else ""
    return {**told, "versions": dict(versions()), "summary": f"{options.recipe} done"}


def _variant(options: PipelineOptions, progress: Progress, scratch: Path, folder: Path) -> dict[str, Any]:
    """What `quantize` says of the variant that it made."""
    wanted = QuantizeOptions(
        source=options.source, recipes=(options.recipe,), output_folder=str(folder), data=options.calibration,
        allow_code=options.evaluation.allow_code,
    )  # fmt: skip
    folder.mkdir()
    result = quantize(wanted, progress, scratch)
    made: dict[str, Any] = result["variants"][0]
    return made


def _evaluated(options: PipelineOptions, variant: Path, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Row and notes; writes outputs, decisions and labels beside the variant."""
    work = prepared(replace(options.evaluation, models=(str(variant),)), progress, alone=True)
    judge, scored = scored_models(work, progress, scratch)
    found = next(iter(scored.values()))
    row = judge.row(found, None)
    kept = {
        _OUTPUTS: found.outputs.real.astype(np.float32), _LABELS: judge.labels,
        # by the raw rule only: else the decisions follow from the outputs
        _DECIDED: found.decided if work.options.raw_threshold else None,
    }  # fmt: skip
    try:
        for name, values in kept.items():
            if values is not None:
                np.save(variant.parent / name, values, allow_pickle=False)
    except OSError as error:
        raise JobError(
            f"The outputs can't be kept: {error.strerror or error}. Free space, then run it again."
        ) from error
    row_notes = row.pop("notes")
    row["notes"] = []
    names = {_OUTPUTS: "outputs", _LABELS: "labels", _DECIDED: "decided"}
    told = {names[name]: "" if values is None else name for name, values in kept.items()}
    return {"row": row, "notes": [*notes(work, judge), *row_notes], **told}


def _debugged(options: PipelineOptions, progress: Progress, scratch: Path, folder: Path) -> list[str]:
    """Writes the layer table beside the variant. Notes: why there is none, for a model that can't be debugged; its
    scores stand all the same."""
    from inspector.jobs.debug import debug

    assert options.calibration is not None
    wanted = DebugOptions(
        source=options.source, data=options.calibration, errors=("local",), output=str(folder / _LAYERS),
        allow_code=options.evaluation.allow_code,
    )  # fmt: skip
    try:
        debug(wanted, progress, scratch)
    except (JobError, DataError) as error:
        return [f"The debugger has nothing to show: {error}"]
    return []


def _deliver(folder: Path, target: Path, scratch: Path) -> None:
    """The whole folder comes into its place at once. Raises JobError."""
    with DELIVERY:
        try:
            if os.path.lexists(target):
                os.replace(target, scratch / "replaced")
            os.replace(folder, target)
        except OSError as error:
            raise JobError(f"{target} can't be written: {error.strerror or error}. Nothing was kept.") from error
        shutil.rmtree(scratch / "replaced", ignore_errors=True)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _part(progress: Progress, start: float, end: float) -> Progress:
    """From `start` to `end` of the whole."""

    def told(fraction: float | None, message: str) -> None:
        progress(start if fraction is None else start + (end - start) * fraction, message)

    return told
