"""Random samples in the shapes of the inputs: enough to try a recipe, worth nothing for accuracy."""

from collections.abc import Sequence
from math import prod

import numpy as np

from inspector.datasets.assembling import Values, assemble
from inspector.datasets.choice import DataChoice
from inspector.datasets.fitting import check_type
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.notice import Notice
from inspector.datasets.samples import Samples
from inspector.datasets.selection import chosen_rows
from inspector.datasets.sources import MOST_BYTES, Array, ArrayInfo
from inspector.errors import DataError
from inspector.model.finding import Level
from inspector.model.tensor_types import TYPE_BY_NAME
from inspector.model.text import bytes_text, plural, shape_text

OPEN_SIZE = 64
"""What an open dimension is in random samples."""
DEFAULT_COUNT = 100
_INDEX_TYPES = {"INT32", "INT64", "UINT32", "UINT64"}


def random_samples(choice: DataChoice, specs: Sequence[InputSpec]) -> Samples:
    """Floats spread evenly over the range the model expects, else 0 to 1; integers over their type's range, or 0 and 1
    where they may be indices (INT32 and wider) of nobody knows how many rows. Raises DataError."""
    total = choice.samples if choice.samples > 0 else DEFAULT_COUNT
    count = total if choice.only is None else len(chosen_rows(total, 0, 0, choice.only))
    generator = np.random.default_rng(choice.seed if choice.only is None else [choice.seed, choice.only])
    notices = [Notice(Level.WARNING, "Random values calibrate no real ranges: not valid for accuracy.")]
    values = {}
    for spec in specs:
        check_type(ArrayInfo("random", "uint8", ()), np.dtype(np.uint8), spec)
        shape = tuple(OPEN_SIZE if size < 0 else size for size in spec.sample_shape)
        if shape != spec.sample_shape:
            text = f"Open dimensions of {spec.name} {shape_text(spec.shape)} are {OPEN_SIZE} in random samples."
            notices.append(Notice(Level.NOTE, text))
        if (size := count * prod(shape) * 4) > MOST_BYTES:
            raise DataError(f"{count:,} random samples of {shape_text(shape)} take {bytes_text(size)}; choose fewer.")
        values[spec.name] = Values(_draw(generator, (count, *shape), spec), "A random sample")
    return assemble(specs, values, total, plural(count, "random sample"), notices, valid_for_accuracy=False)


def random_range(spec: InputSpec) -> tuple[float, float]:
    """Between which random values lie: floats below the second, integers up to it."""
    target = TYPE_BY_NAME[spec.type]
    if spec.low is not None and spec.high is not None:
        return spec.low, spec.high
    if target.is_float:
        return 0.0, 1.0
    return (0, 1) if spec.type in _INDEX_TYPES or target.name == "BOOL" else target.level_range


def _draw(generator: np.random.Generator, shape: tuple[int, ...], spec: InputSpec) -> Array:
    target = TYPE_BY_NAME[spec.type]
    low, high = random_range(spec)
    if target.is_float:
        found: Array = generator.random(shape, np.float32) * np.float32(high - low) + np.float32(low)
        return found
    return generator.integers(int(low), int(high), shape, endpoint=True).astype(target.dtype)
