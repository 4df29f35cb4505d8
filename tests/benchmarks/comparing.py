"""Comparing two 14 MB models after opening, beside the same numbers by plain numpy and gzip: pairs, errors, sizes.

python -m tests.benchmarks.comparing [--rounds 5]
"""

import argparse
import gzip
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from inspector.analysis.comparison import compare_models
from inspector.formats import open_model
from inspector.model import Model
from tests.benchmarks.big_models import mobilenet_v2
from tests.benchmarks.measure import interleaved, run_function, table

LIMIT = 1.0
"""Seconds after opening, for everything."""

NUMPY, OURS, PAIRS = "numpy and gzip", "compare_models().measure()", "compare_models(), pairs alone"


def changed_copy(source: Path, target: Path) -> Path:
    """The same model with other weights, as after a further hour of training."""
    data = bytearray(source.read_bytes())
    model, random = open_model(source), np.random.default_rng(7)
    assert model.buffers is not None
    for tensor in model.tensors():
        if tensor.role == "weights" and tensor.type.name == "FLOAT32" and tensor.buffer is not None:
            start, size = int(model.buffers.offset[tensor.buffer]), int(model.buffers.size[tensor.buffer])
            values = np.frombuffer(data, "<f4", size // 4, start)
            values *= 1 + 0.01 * random.standard_normal(len(values), np.float32)
    target.write_bytes(data)
    return target


def plain(model: Model, other: Model) -> dict[str, tuple[float, float, float]]:
    """What one would write by hand: names, whole arrays in float64, gzip of both files."""
    named = {tensor.name: tensor for tensor in other.tensors() if tensor.has_data}
    found = {}
    for tensor in model.tensors():
        partner = named.get(tensor.name)
        if not tensor.has_data or partner is None:
            continue
        reference = model.values(tensor, dequantized=True).astype(np.float64)
        error = reference - other.values(partner, dequantized=True)
        noise, signal = float((error**2).sum()), float((reference**2).sum())
        sqnr = 10 * np.log10(signal / noise) if noise and signal else np.inf
        found[tensor.name] = (float(np.sqrt((error**2).mean())), float(np.abs(error).max()), float(sqnr))
    for each in (model, other):
        gzip.compress(each.path.read_bytes(), 6)
    return found


def check(model: Model, other: Model) -> None:
    """The time is worth nothing if the numbers differ."""
    expected = plain(model, other)
    rows = compare_models([model, other]).measure().rows
    found = {row.name: row.errors[1] for row in rows if row.errors[1] is not None}
    assert found.keys() == expected.keys(), found.keys() ^ expected.keys()
    for name, error in found.items():
        assert error is not None
        assert np.allclose((error.rmse, error.max_abs_error), expected[name][:2], rtol=1e-6, atol=0), name


def measure(title: str, first: Path, second: Path, rounds: int) -> bool:
    """Prints a table; whether the limit is kept."""
    model, other = open_model(first), open_model(second)
    check(model, other)
    jobs: dict[str, Any] = {
        NUMPY: lambda: run_function(lambda: plain(model, other)),
        OURS: lambda: run_function(lambda: compare_models([model, other]).measure()),
        PAIRS: lambda: run_function(lambda: compare_models([model, other])),
    }
    found = interleaved(jobs, rounds)
    sizes = " and ".join(f"{path.stat().st_size / 1e6:.1f} MB" for path in (first, second))
    print(f"\n### {title}: {sizes}\n\n{table(found, NUMPY)}\n")
    good = found[OURS].wall <= LIMIT
    print(f"{found[OURS].wall:.3f} s, at most {LIMIT} s: {'yes' if good else 'NO'}", flush=True)
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        copy = changed_copy(mobilenet_v2(), Path(folder) / "m_changed.tflite")
        good = measure("float32 and float32 with other weights", mobilenet_v2(), copy, rounds)
        good &= measure("float32 and int8", mobilenet_v2(), mobilenet_v2(quantized=True), rounds)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
