"""The five classic variants by one job beside five plain converter calls, and a bare .tflite made int8 beside the
converter's way from the .h5; TensorFlow is imported before the clock starts, for both.

python -m tests.benchmarks.variants [--rounds 3] [--source FILE --data FILE]...
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from inspector.datasets.choice import DataChoice
from inspector.datasets.input_spec import input_specs
from inspector.datasets.opening import open_samples
from inspector.formats import open_model
from inspector.jobs.engine import engine_of
from inspector.jobs.keras_loading import keras_module
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import CLASSIC_FIVE
from inspector.jobs.scratch import Scratch
from inspector.jobs.worker_command import worker_environment
from tests.benchmarks.measure import Run, Summary, interleaved, run_function, table
from tests.conftest import SAMPLES, SHARED_MODELS

PLAIN_FIVE, OUR_FIVE = "five plain converter calls", "one job, five variants"
PLAIN_INT8, OUR_INT8 = "from the .h5 by the converter", "from the bare .tflite"
FIVE_LIMIT, INT8_LIMIT, POINTS = 0.5, 0.2, 0.005
"""Our time by theirs; the accuracy may differ by half a point."""


def plain(source: Path, data: Path, recipes: tuple[str, ...], folder: Path) -> None:
    """As a script would: the model is loaded once, then one converter call a variant."""
    from inspector.jobs.keras_loading import load_keras, with_batch_of_one
    from tests.jobs.plain_converter import plain_variant

    engine = engine_of(source)
    model = with_batch_of_one(load_keras(open_model(source), engine, False, folder), engine)
    samples = next(iter(open_samples(DataChoice(str(data)), input_specs(open_model(source))).arrays.values()))
    for recipe in recipes:
        (folder / f"{source.stem}.{recipe}.tflite").write_bytes(plain_variant(model, recipe, np.asarray(samples)))


def ours(source: Path, data: Path, recipes: tuple[str, ...], folder: Path) -> None:
    """The whole job: data, hashes, checks, provenance files and delivery too. Calibrated anew: the cache is empty."""
    from inspector.jobs.calibrated_model import CACHE
    from inspector.jobs.quantize import quantize

    CACHE.forget()
    shutil.rmtree(folder / "cache", ignore_errors=True)
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")

    options = QuantizeOptions(
        source=str(source), recipes=recipes, output_folder=str(folder), data=DataChoice(str(data)), overwrite=True
    )
    scratch = Scratch(folder, "benchmark")
    try:
        result = quantize(options, lambda fraction, message: None, scratch.make())
    finally:
        scratch.remove()
    if result["failed"]:
        raise RuntimeError(str(result["failed"]))


def measured(source: Path, data: Path, rounds: int, scratch: Path) -> dict[str, Any]:
    """Runs in a process of the source's Keras; the files of each job stand in a folder of `scratch`."""
    os.environ.update(worker_environment(engine_of(source)))
    keras_module(engine_of(source))  # and TensorFlow
    folders = {name: scratch / name for name in (PLAIN_FIVE, OUR_FIVE, PLAIN_INT8, OUR_INT8)}
    for folder in folders.values():
        folder.mkdir()
    float32 = folders[OUR_FIVE] / f"{source.stem}.float32.tflite"
    jobs: dict[str, tuple[Callable[..., None], Path, tuple[str, ...]]] = {
        PLAIN_FIVE: (plain, source, CLASSIC_FIVE), OUR_FIVE: (ours, source, CLASSIC_FIVE),
        PLAIN_INT8: (plain, source, ("int8",)), OUR_INT8: (ours, float32, ("int8",)),
    }  # fmt: skip

    def run(name: str) -> Callable[[], Run]:
        function, model, recipes = jobs[name]
        return lambda: run_function(lambda: function(model, data, recipes, folders[name]))

    found = interleaved({name: run(name) for name in jobs}, rounds)
    equal = [
        recipe for recipe in CLASSIC_FIVE
        if (folders[PLAIN_FIVE] / f"{source.stem}.{recipe}.tflite").read_bytes()
        == (folders[OUR_FIVE] / f"{source.stem}.{recipe}.tflite").read_bytes()
    ]  # fmt: skip
    answer: dict[str, Any] = {"times": {name: (each.wall, each.cpu) for name, each in found.items()}, "equal": equal}
    if source.stem.startswith("digits_cnn"):
        from tests.jobs.accuracy import accuracy

        answer["accuracy"] = [
            accuracy(folders[PLAIN_INT8] / f"{source.stem}.int8.tflite"),
            accuracy(folders[OUR_INT8] / f"{float32.stem}.int8.tflite"),
        ]
    return answer


def in_process(source: Path, data: Path, rounds: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.variants", "--child", "--rounds", str(rounds)]
    command += ["--source", str(source), "--data", str(data)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-3000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def report(source: Path, answer: dict[str, Any]) -> bool:
    """Prints both tables; whether a target was missed."""
    found = {name: Summary(wall, cpu, 0, 0, ()) for name, (wall, cpu) in answer["times"].items()}
    five = found[OUR_FIVE].wall / found[PLAIN_FIVE].wall
    int8 = found[OUR_INT8].wall / found[PLAIN_INT8].wall
    print(f"{source.name}\n\n{table({name: found[name] for name in (PLAIN_FIVE, OUR_FIVE)}, PLAIN_FIVE)}\n")
    print(f"{len(answer['equal'])} of {len(CLASSIC_FIVE)} files are byte for byte equal.")
    print(f"Target <= {FIVE_LIMIT}x: {'reached' if five <= FIVE_LIMIT else 'MISSED'} ({five:.3f}x).\n")
    print(table({name: found[name] for name in (PLAIN_INT8, OUR_INT8)}, PLAIN_INT8))
    print(f"\nTarget <= {INT8_LIMIT}x: {'reached' if int8 <= INT8_LIMIT else 'MISSED'} ({int8:.3f}x).")
    missed = five > FIVE_LIMIT or int8 > INT8_LIMIT or len(answer["equal"]) < len(CLASSIC_FIVE)
    if "accuracy" in answer:
        theirs, our = answer["accuracy"]
        missed |= abs(theirs - our) > POINTS
        print(f"Accuracy: {theirs:.1%} from the .h5, {our:.1%} from the .tflite.")
    print(flush=True)
    return missed


def main() -> int:
    """1 if a target was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--source", type=Path, action="append", default=[])
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        private = os.dup(1)
        os.dup2(2, 1)  # converters print
        with tempfile.TemporaryDirectory() as scratch:
            answer = measured(arguments.source[0], arguments.data[0], arguments.rounds, Path(scratch))
        os.write(private, json.dumps(answer).encode())
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        pairs = list(zip(arguments.source, arguments.data, strict=True)) or _usual(Path(scratch))
        missed = [report(source, in_process(source, data, arguments.rounds)) for source, data in pairs]
    return 1 if any(missed) else 0


def _usual(folder: Path) -> list[tuple[Path, Path]]:
    """The sample, and a real model where it is at hand."""
    found = [(SAMPLES / "digits_cnn.h5", SAMPLES / "digits.npz")]
    if (real := SHARED_MODELS / "fer__emotion_model.hdf5").is_file():
        np.save(folder / "faces.npy", np.random.default_rng(0).random((100, 64, 64, 1), np.float32) * 2 - 1)
        found.append((real, folder / "faces.npy"))
    return found


if __name__ == "__main__":
    sys.exit(main())
