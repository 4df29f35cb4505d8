"""Another variant with other operators left float on the worker that stays, beside TensorFlow's debugger made anew in a
process that has TensorFlow loaded; and a whole search by `suggest`.

python -m tests.benchmarks.repair [--rounds 5]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, cycle
from pathlib import Path
from typing import Any

import numpy as np

from inspector.datasets.choice import DataChoice
from inspector.datasets.input_spec import input_specs
from inspector.datasets.opening import open_samples
from inspector.formats import open_model
from inspector.jobs.engine import engine_of
from inspector.jobs.options import JobOptions, QuantizeOptions, to_dict
from inspector.jobs.protocol import Failed, Finished, Request, read_event
from inspector.jobs.repair_options import ScoreOptions, SuggestOptions
from inspector.jobs.worker_command import worker_command, worker_environment
from tests.benchmarks.measure import interleaved, python, run_function
from tests.conftest import SAMPLES, SHARED_MODELS

MOST_SECONDS = 1.0
OURS, SCORED, SUGGESTED, PLAIN = "another variant", "its score", "suggest, all of it", "QuantizationDebugger anew"
PLAIN_SCRIPT = """
import sys, time
import numpy as np
from pathlib import Path
from inspector.formats import open_model
from inspector.jobs.engine import engine_of
from inspector.jobs.keras_loading import load_keras, with_batch_of_one
source, folder = Path(sys.argv[1]), Path(sys.argv[2])
engine = engine_of(source)
model = with_batch_of_one(load_keras(open_model(source), engine, False, folder), engine)
import tensorflow as tf
samples = np.load(folder / "samples.npy")
feed = lambda: ([each[None]] for each in samples)
for name in sys.stdin:
    start = time.perf_counter()
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = feed
    options = tf.lite.experimental.QuantizationDebugOptions(denylisted_nodes=[name.strip()])
    debugger = tf.lite.experimental.QuantizationDebugger(converter=converter, debug_dataset=feed, debug_options=options)
    (folder / "plain.tflite").write_bytes(debugger.get_nondebug_quantized_model())
    print("done", time.perf_counter() - start, file=sys.stderr, flush=True)
"""


class Resident:
    """A worker as the window has it; `do` waits for a job's end."""

    def __init__(self, engine: str) -> None:
        self._ids = count()
        self.process = subprocess.Popen(
            worker_command(engine), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=worker_environment(engine),
        )  # fmt: skip

    def do(self, options: JobOptions) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(Request(str(next(self._ids)), options.JOB, to_dict(options)).line())
        self.process.stdin.flush()
        for line in self.process.stdout:
            event = read_event(line)
            if isinstance(event, Failed):
                raise RuntimeError(event.sentence)
            if isinstance(event, Finished):
                return event.result
        raise RuntimeError("the worker stopped")


@contextmanager
def plain(source: Path, folder: Path) -> Iterator[Callable[[str], None]]:
    """A script that has its model and TensorFlow loaded: makes one variant for each name it is sent."""
    command = python("-c", PLAIN_SCRIPT, str(source), str(folder))
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env=worker_environment(engine_of(source)),
    )  # fmt: skip
    assert process.stdin and process.stderr

    def make(name: str) -> None:
        assert process.stdin and process.stderr
        process.stdin.write(name + "\n")
        process.stdin.flush()
        if not any(line.startswith("done") for line in process.stderr):
            raise RuntimeError("the plain script stopped")

    try:
        yield make
    finally:
        process.stdin.close()
        process.wait()


def measure(source: Path, data: DataChoice, evaluation: DataChoice, rounds: int) -> float:
    """Prints a table; returns the seconds of another variant."""
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        samples = next(iter(open_samples(data, input_specs(open_model(source))).arrays.values()))
        np.save(folder / "samples.npy", np.asarray(samples))
        worker = Resident(engine_of(source))
        options = QuantizeOptions(source=str(source), recipes=("float32", "int8_float_io"), output_folder=text,
                                  data=data, overwrite=True)  # fmt: skip
        worker.do(options)
        model = open_model(folder / f"{source.stem}.float32.tflite")
        names = cycle([model.subgraphs[0].tensors[each.outputs[0]].name for each in model.operators()])

        def ours() -> None:
            worker.do(QuantizeOptions(source=str(source), recipes=("int8_float_io",), output_folder=text, data=data,
                                      overwrite=True, float_tensors=(next(names),)))  # fmt: skip

        scored = ScoreOptions(models=(str(folder / f"{source.stem}.int8_float_io.tflite"),), evaluation=evaluation,
                              source=str(source), data=data)  # fmt: skip
        suggested = SuggestOptions(source=str(source), data=data, evaluation=evaluation)
        tried: list[int] = []
        with plain(source, folder) as make:
            found = interleaved({
                OURS: lambda: run_function(ours),
                SCORED: lambda: run_function(lambda: worker.do(scored)),
                PLAIN: lambda: run_function(lambda: make(next(names))),
            }, rounds)  # fmt: skip
            found |= interleaved(
                {SUGGESTED: lambda: run_function(lambda: tried.append(len(worker.do(suggested)["tried"])))}, 1, False
            )
        assert worker.process.stdin
        worker.process.stdin.close()
        worker.process.wait()
    print(
        f"\n{source.name}, {len(samples)} samples, {len(list(model.operators()))} operators; suggest tried {tried[-1]}"
    )
    print("| | wall s | worst | of the debugger's |\n|---|---|---|---|")
    for name, each in found.items():
        worst = max(run.wall for run in each.runs)
        print(f"| {name} | {each.wall:.3f} | {worst:.3f} | {each.wall / found[PLAIN].wall:.2f}x |")
    return max(run.wall for run in found[OURS].runs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    digits = str(SAMPLES / "digits.npz")
    test = DataChoice(digits, (("", "x_test"),), samples=0, labels="y_test")
    worst = measure(SAMPLES / "digits_cnn.h5", DataChoice(digits, (("", "x_calibration"),)), test, rounds)
    fer = SHARED_MODELS / "fer__emotion_model.hdf5"
    if fer.is_file():
        made_up = DataChoice("random")
        worst = max(worst, measure(fer, made_up, made_up, rounds))
    good = worst <= MOST_SECONDS
    print(f"\nanother variant, at worst {worst:.2f} s, at most {MOST_SECONDS:g}: {'yes' if good else 'NO'}")
    return int(not good)


if __name__ == "__main__":
    start = time.perf_counter()
    code = main()
    print(f"{time.perf_counter() - start:.0f} s in all")
    sys.exit(code)
