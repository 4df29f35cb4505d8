"""What a pipeline's result is kept under: a hash of all that went into it, the same wherever the files lie."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from inspector.analysis.progress import Progress
from inspector.datasets.choice import RANDOM, DataChoice
from inspector.jobs.options import to_dict
from inspector.jobs.provenance import sha256_of, versions
from inspector.jobs.sweep_plan import Pipeline, PlanError

_SCORING = ("scikit-learn",)


@cache
def sweep_versions() -> Mapping[str, str]:
    """Of the packages that make variants and of the one that scores them, in this process's Python."""
    found = dict(versions())
    for name in _SCORING:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def pipeline_keys(pipelines: Sequence[Pipeline], used: Mapping[str, str], progress: Progress) -> list[str]:
    """64 hexadecimal digits each; `used` are the versions of who does the work. Two files of the same bytes have two
    results all the same. Raises PlanError with a sentence for each file that can't be read."""
    hashes = _Hashes(progress)
    keys: list[str] = []
    seen: dict[str, int] = {}
    for each in pipelines:
        key = _digest(_parts(each, hashes, used))
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else _digest([key, seen[key]]))
    if hashes.wrong:
        raise PlanError(tuple(hashes.wrong))
    return keys


class _Hashes:
    """Each file is read once."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._known: dict[str, str] = {}
        self.wrong: list[str] = []

    def __call__(self, path: str) -> str:
        if path not in self._known:
            self._known[path] = ""
            try:
                self._known[path] = sha256_of(Path(path), self._progress)
            except OSError as error:
                self.wrong.append(f"{path} can't be read: {error.strerror or error}.")
        return self._known[path]


def _parts(pipeline: Pipeline, hashes: _Hashes, used: Mapping[str, str]) -> dict[str, Any]:
    options = dict(pipeline.options)
    if options.get("label_names"):
        options["label_names"] = hashes(options["label_names"])
    return {
        "model": hashes(pipeline.model), "recipe": pipeline.recipe, "debug": pipeline.debug, "options": options,
        "calibration": _data(pipeline.calibration, hashes), "evaluation": _data(pipeline.evaluation, hashes),
        "versions": dict(used),
    }  # fmt: skip


def _data(data: DataChoice | None, hashes: _Hashes) -> dict[str, Any] | None:
    if data is None:
        return None
    content = RANDOM if data.path == RANDOM else hashes(data.path)
    return {**to_dict(data), "path": content}


def _digest(parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
