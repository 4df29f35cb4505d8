"""A second job on the worker that stays, beside a plain TensorFlow script that starts anew each time.

python -m tests.benchmarks.resident_worker [--rounds 3]

Both make the full integer variant of the sample model with 100 samples; the worker's job checks its result by reading
and running it too, and writes its provenance. Each job draws other samples, so that it calibrates anew; the row "the
same job again" finds the calibrated model kept.
"""

import os
import sys
import tempfile
from itertools import count
from pathlib import Path

from inspector.datasets.choice import DataChoice
from inspector.jobs.options import QuantizeOptions
from tests.benchmarks.measure import Run, interleaved, python, run_function, run_process, summary
from tests.benchmarks.resident import ResidentWorker, rounds_asked_for
from tests.conftest import SAMPLES

MOST = 0.3
OURS, AGAIN, FIRST, SCRIPT = (
    "second job on the resident worker", "the same job again", "first job, with the worker's start",
    "TensorFlow script",
)  # fmt: skip
PLAIN = """
import sys
import numpy as np
import keras
import tensorflow as tf
model = keras.models.load_model(sys.argv[1], compile=False)
samples = np.load(sys.argv[2])["x_calibration"][:100].astype(np.float32)
samples = samples.reshape([len(samples), *model.inputs[0].shape[1:]])
converter = tf.lite.TFLiteConverter.from_keras_model(model)
converter.optimizations = [tf.lite.Optimize.DEFAULT]
converter.representative_dataset = lambda: ([sample[None]] for sample in samples)
converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
converter.inference_input_type = converter.inference_output_type = tf.int8
with open(sys.argv[3], "wb") as file:
    file.write(converter.convert())
"""


def main() -> int:
    rounds = rounds_asked_for(__doc__)
    worker = ResidentWorker()
    model, data = SAMPLES / "digits_cnn.h5", SAMPLES / "digits.npz"
    seeds = count()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = f"{folder}/cache"

        def job() -> Run:
            seed = next(seeds)
            return run_function(lambda: _quantize(worker, model, DataChoice(str(data), seed=seed), Path(folder)))

        def again() -> Run:
            return run_function(lambda: _quantize(worker, model, DataChoice(str(data)), Path(folder)))

        def script() -> Run:
            return run_process(python("-c", PLAIN, str(model), str(data), f"{folder}/plain.tflite"))

        first = job()
        found = interleaved({OURS: job, AGAIN: again, SCRIPT: script}, rounds)
        ours, plain = (Path(folder) / name for name in ("digits_cnn.int8.tflite", "plain.tflite"))
        sizes = f"{ours.stat().st_size:,} bytes beside {plain.stat().st_size:,} of the script"
    worker.stop()
    rows = {OURS: found[OURS], AGAIN: found[AGAIN], FIRST: summary([first]), SCRIPT: found[SCRIPT]}
    print("| | wall s | of the script's |\n|---|---|---|")
    for name, each in rows.items():
        print(f"| {name} | {each.wall:.2f} | {each.wall / found[SCRIPT].wall:.2f}x |")
    share = found[OURS].wall / found[SCRIPT].wall
    print(f"\n{sizes}\ntime of the script's: {share:.2f}x, at most {MOST:g}x: {'yes' if share <= MOST else 'NO'}")
    return int(share > MOST)


def _quantize(worker: ResidentWorker, model: Path, data: DataChoice, folder: Path) -> None:
    options = QuantizeOptions(
        source=str(model), recipes=("int8",), output_folder=str(folder), data=data, overwrite=True
    )
    worker.run(options, "Quantize")


if __name__ == "__main__":
    sys.exit(main())
