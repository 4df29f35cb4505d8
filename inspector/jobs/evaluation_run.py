"""Runs a .tflite over many samples: in batches where it gives the same then, by an interpreter for each core."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from inspector.analysis.progress import Progress
from inspector.errors import InspectorError, JobError
from inspector.jobs.evaluate_options import BUILTIN, EvaluateOptions
from inspector.jobs.interpreter_run import Array, InterpreterRun, as_stored, real_values
from inspector.jobs.limits import cores
from inspector.jobs.open_batch import with_open_batch
from inspector.model import Model

_BATCH = 64
_MOST_BYTES = 64 << 20
"""Of the activations of a batch: larger ones leave the processor's caches and win nothing."""
_TRIED = 4
"""Samples that a batch has to give the same for as one at a time does."""
_STATEFUL = {"VAR_HANDLE", "CALL_ONCE"}
_PART = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """The first output, (samples, ...), as `real` values and as they are `raw`; `middle` is that of the output's type,
    None for other types than float, int8, uint8 and int16; `how` says which way it was run in, `seconds` how long that
    took, `latency_ms` what each timed sample took alone."""

    real: Array
    raw: Array
    middle: float | None
    kernels: str
    how: str
    seconds: float
    input_type: str
    output_type: str
    latency_ms: tuple[float, ...] = ()
    notes: tuple[str, ...] = field(default=())


def run_tflite(
    content: bytes, model: Model, arrays: Sequence[Array], options: EvaluateOptions, rounding: str, tell: Progress
) -> Outputs:
    """`arrays`: one an input, (samples, *shape of one sample), real values where the input is quantized.

    Raises JobError for a model that can't be run or gives NaN, Cancelled from `tell`.
    """
    return _Evaluation(content, model, arrays, options, rounding).run(tell)


class _Evaluation:
    def __init__(
        self, content: bytes, model: Model, arrays: Sequence[Array], options: EvaluateOptions, rounding: str
    ) -> None:
        self._content, self._model, self._arrays = content, model, arrays
        self._name, self._count = model.path.name, len(arrays[0])
        self._rounding, self._latency = rounding, options.latency_samples
        self._kernels, self._notes = options.kernels, list[str]()
        self._batched = all(tensor.shape[:1] == (1,) for tensor in model.inputs())
        self._resources = any(each.op_name in _STATEFUL for each in model.operators())
        self._stateful = self._resources or any(each.kind == "variable" for each in model.tensors())
        self._stop = threading.Event()
        self._done = 0

    def run(self, tell: Progress) -> Outputs:
        tell(0.0, f"Running {self._name}")
        started = time.perf_counter()
        single = self._single()
        raw, how = self._outputs(single, tell)
        seconds = time.perf_counter() - started
        real = real_values(raw, single.output)
        self._check_finite(real)
        dtype = np.dtype(raw.dtype)
        return Outputs(
            real, raw, _MIDDLES.get(dtype.name), "XNNPACK" if single.delegated else "built-in", how, seconds,
            np.dtype(single.inputs[0]["dtype"]).name.upper(), dtype.name.upper(), self._timed(single),
            tuple(self._notes),
        )  # fmt: skip

    def _single(self) -> InterpreterRun:
        """For one sample; without XNNPACK where it is not possible with it."""
        shapes = self._shapes(1)
        try:
            made = InterpreterRun(self._content, self._name, shapes, self._kernels)
            made(self._one(made, 0))
        except JobError:
            if self._kernels == BUILTIN:
                raise
            self._kernels = BUILTIN
            made = InterpreterRun(self._content, self._name, shapes, self._kernels)
            made(self._one(made, 0))
            self._notes.append(f"{self._name} runs only without the XNNPACK delegate.")
        return made

    def _outputs(self, single: InterpreterRun, tell: Progress) -> tuple[Array, str]:
        if self._stateful:
            self._notes.append(f"{self._name} keeps states: they are put back before each sample.")
            return self._part(single, 1, 0, self._count, tell), "one at a time"
        size, content = self._batch_size(), self._content
        if size > 1 and self._batched:
            content = with_open_batch(self._content, self._model)
            if not self._same_in_batches(content, single, size):
                size, content = 1, self._content
        else:
            size = 1
        return self._parallel(content, size, tell), f"in batches of {size}" if size > 1 else "one at a time"

    def _batch_size(self) -> int:
        outputs = {index for operator in self._model.operators() for index in operator.outputs}
        sizes = [4 * tensor.elements for tensor in _first_tensors(self._model) if tensor.index in outputs]
        fits = _MOST_BYTES // max(1, sum(sizes))
        return int(max(1, min(_BATCH, self._count, fits)))

    def _same_in_batches(self, content: bytes, single: InterpreterRun, size: int) -> bool:
        """Tries a batch on a few samples; the last of it too, as what is mixed up is so between samples."""
        try:
            batch = InterpreterRun(content, self._name, self._shapes(size), self._kernels)
            together = batch(self._stored(batch, 0, size))
        except InspectorError:
            return False
        chosen = sorted({*range(min(_TRIED, size)), size - 1})
        alone = np.concatenate([_rows(single(self._one(single, each)), 1) for each in chosen])
        if together.shape[:1] != (size,) or together[chosen].size != alone.size:
            return False
        return _equal(together[chosen].reshape(alone.shape), alone)

    def _parallel(self, content: bytes, size: int, tell: Progress) -> Array:
        """Every core has an interpreter of its own and takes the next part when it is done with one."""
        workers = max(1, min(cores(), self._count // (4 * size)))
        bounds = np.linspace(0, self._count, workers + 1).astype(int).tolist()
        made: list[Array | None] = [None] * workers

        def work(place: int) -> None:
            run = InterpreterRun(content, self._name, self._shapes(size), self._kernels)
            made[place] = self._part(run, size, bounds[place], bounds[place + 1], tell if not place else None)

        with ThreadPoolExecutor(workers - 1 or 1) as pool:
            others = [pool.submit(work, place) for place in range(1, workers)]
            try:
                work(0)
                for other in others:
                    other.result()
            finally:
                self._stop.set()  # where this was left early, the other threads have something left to stop
        return np.concatenate([each for each in made if each is not None])

    def _part(self, run: InterpreterRun, size: int, start: int, end: int, tell: Progress | None) -> Array:
        """The outputs of the samples from `start` to `end`; quantized some hundred at a time, run `size` at a time."""
        found: list[Array] = []
        for first in range(start, end, _PART):
            last = min(first + _PART, end)
            stored = self._stored(run, first, last, whole=size)
            for place in range(0, last - first, size):
                if self._stop.is_set():
                    return np.empty(0)
                if self._stateful:
                    run.forget(self._resources)
                values = [self._shaped(each[place : place + size]) for each in stored]
                found.append(_rows(run(values), size)[: last - first - place])
            self._done += last - first
            if tell is not None:
                share = min(1.0, self._done / self._count)
                tell(share, f"Running {self._name}: {self._done:,} of {self._count:,}")
        return np.concatenate(found)

    def _stored(self, run: InterpreterRun, first: int, last: int, whole: int = 1) -> list[Array]:
        """The samples as the inputs store them; the last one repeated until batches of `whole` are full."""
        found = []
        for detail, array in zip(run.inputs, self._arrays, strict=True):
            values = as_stored(array[first:last], detail, self._rounding)
            missing = -len(values) % whole
            found.append(np.concatenate([values, np.repeat(values[-1:], missing, 0)]) if missing else values)
        return found

    def _one(self, run: InterpreterRun, place: int) -> list[Array]:
        return [self._shaped(each) for each in self._stored(run, place, place + 1)]

    def _shaped(self, values: Array) -> Array:
        """A model without a batch takes the sample itself."""
        return values if self._batched else values[0]

    def _shapes(self, size: int) -> list[tuple[int, ...]]:
        return [(size, *array.shape[1:]) if self._batched else array.shape[1:] for array in self._arrays]

    def _timed(self, single: InterpreterRun) -> tuple[float, ...]:
        """Milliseconds of `invoke`, one sample at a time on one thread, for at most about a second."""
        found: list[float] = []
        ends = time.perf_counter() + 1.0
        for place in range(min(self._latency, self._count) + 3 if self._latency else 0):
            if self._stateful:
                single.forget(self._resources)
            at = place % self._count
            single(self._one(single, at))
            found.append(single.seconds * 1000)
            if time.perf_counter() > ends and len(found) > 3:
                break
        return tuple(found[3:] or found)  # the first ones warm the caches

    def _check_finite(self, real: Array) -> None:
        if real.dtype.kind != "f" or np.isfinite(real).all():
            return
        bad = ~np.isfinite(real.reshape(len(real), -1)).all(axis=1)
        raise JobError(
            f"{self._name} gives NaN or infinity for {int(bad.sum()):,} of {len(real):,} samples, first for sample "
            f"{int(bad.argmax()):,}: it has no scores."
        )


_MIDDLES = {"float32": 0.5, "float16": 0.5, "int8": 0.0, "uint8": 128.0, "int16": 0.0}


def _first_tensors(model: Model) -> Any:
    return model.subgraphs[0].tensors if model.subgraphs else ()


def _rows(values: Array, size: int) -> Array:
    """(samples, ...): an output without a batch of its own is one sample's."""
    return values if values.ndim and values.shape[0] == size else values[None]


def _equal(one: Array, other: Array) -> bool:
    """As far as other kernels may differ: a level, or the seventh digit or so of the largest value."""
    if one.dtype.kind in "iub":
        return bool((np.abs(one.astype(np.int64) - other.astype(np.int64)) <= 1).all())
    return bool(np.allclose(one, other, rtol=1e-4, atol=1e-5 * float(np.abs(other).max(initial=0.0))))
