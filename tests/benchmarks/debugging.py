"""The debugger on the worker that stays, beside a plain QuantizationDebugger script that starts anew each time.

python -m tests.benchmarks.debugging [--rounds 3]

Both debug the sample model with 100 samples. The job measures local and cumulative error, both once more by LiteRT, and
histograms; the script the local error only. "other samples" calibrates anew each time, "other layers float" does not.
"""

import os
import sys
import tempfile
from itertools import count, cycle
from pathlib import Path

from inspector.datasets.choice import DataChoice
from inspector.formats.layer_csv import read_layer_csv
from inspector.jobs.options import DebugOptions
from tests.benchmarks.measure import Run, interleaved, python, run_function, run_process
from tests.benchmarks.resident import ResidentWorker, rounds_asked_for
from tests.conftest import SAMPLES

MOST = {"other samples": 0.3, "other layers float": 0.15}
SCRIPT = "QuantizationDebugger script"
PLAIN = """
import sys
import numpy as np
import keras
import tensorflow as tf
model = keras.models.load_model(sys.argv[1], compile=False)
given = keras.layers.Input(batch_shape=(1, *model.inputs[0].shape[1:]))
model = keras.Sequential([given, *model.layers], name=model.name)
samples = np.load(sys.argv[2])["x_calibration"].astype(np.float32)
samples = samples[np.sort(np.random.default_rng(0).choice(len(samples), 100, replace=False))]
samples = samples.reshape([len(samples), *model.inputs[0].shape[1:]])
dataset = lambda: ([sample[None]] for sample in samples)
converter = tf.lite.TFLiteConverter.from_keras_model(model)
converter.optimizations = [tf.lite.Optimize.DEFAULT]
converter.representative_dataset = dataset
debugger = tf.lite.experimental.QuantizationDebugger(converter=converter, debug_dataset=dataset)
debugger.run()
with open(sys.argv[3], "w") as file:
    debugger.layer_statistics_dump(file)
"""


def main() -> int:
    rounds = rounds_asked_for(__doc__)
    worker = ResidentWorker()
    model, data = SAMPLES / "digits_cnn.h5", SAMPLES / "digits.npz"
    seeds, left_float = count(1), cycle((("CONV_2D",), ("FULLY_CONNECTED",), ("SOFTMAX",), ()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"

        def job(seed: int = 0, floats: tuple[str, ...] = ()) -> Run:
            choice = DataChoice(str(data), (("", "x_calibration"),), seed=seed)
            output = str(folder / "ours.csv")
            options = DebugOptions(
                source=str(model), data=choice, float_operators=floats, output=output, overwrite=True
            )
            return run_function(lambda: worker.run(options, "Debug"))

        def script() -> Run:
            return run_process(python("-c", PLAIN, str(model), str(data), str(folder / "plain.csv")))

        job()
        found = interleaved(
            {
                "other samples": lambda: job(next(seeds)),
                "other layers float": lambda: job(0, next(left_float)),
                SCRIPT: script,
            },
            rounds,
        )
        job()
        ours, plain = (read_layer_csv(folder / f"{each}.csv") for each in ("ours", "plain"))
    worker.stop()
    print("| | wall s | of the script's |\n|---|---|---|")
    for name, each in found.items():
        print(f"| {name} | {each.wall:.2f} | {each.wall / found[SCRIPT].wall:.2f}x |")
    print(f"\nthe two CSVs are equal: {'yes' if ours.rows == plain.rows else 'NO'}")
    missed = [name for name, most in MOST.items() if found[name].wall > most * found[SCRIPT].wall]
    for name, most in MOST.items():
        print(f"{name}: at most {most:g}x: {'NO' if name in missed else 'yes'}")
    return int(bool(missed) or ours.rows != plain.rows)


if __name__ == "__main__":
    sys.exit(main())
