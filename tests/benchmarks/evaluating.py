"""The job evaluate beside the usual loop: one sample at a time with tf.lite.Interpreter.

python -m tests.benchmarks.evaluating [--rounds 5] [--samples 10000]

Both run in processes that are started and warm; timed is what runs the samples, in ours what the worker itself tells:
making the interpreters, trying the batch, quantizing inputs and running. The sample model as float and INT8, its test
samples repeated; a dense network of 784, 32 and 10 in the same two forms, with random weights.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from inspector.datasets.choice import DataChoice
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.jobs.options import to_dict
from inspector.jobs.protocol import Failed, Finished, Request, read_event
from inspector.jobs.worker_command import worker_command, worker_environment
from tests.conftest import SAMPLES

MOST = {"sample": 0.6, "784-32-10": 1.1}
LOOP = """
import sys, time, json
import numpy as np, tensorflow as tf
def evaluate(path, data):
    with np.load(data) as arrays:
        samples = arrays["x_test"]
    started = time.perf_counter()
    interpreter = tf.lite.Interpreter(path)
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    scale, zero_point = source["quantization"]
    decided = []
    for sample in samples:
        sample = sample[np.newaxis]
        if scale:
            sample = np.clip(np.round(sample / scale + zero_point), -128, 127).astype(np.int8)
        interpreter.set_tensor(source["index"], sample)
        interpreter.invoke()
        decided.append(int(np.argmax(interpreter.get_tensor(sink["index"])[0])))
    return time.perf_counter() - started, decided
print("ready", flush=True)
for line in sys.stdin:
    seconds, decided = evaluate(*json.loads(line))
    print(json.dumps([seconds, decided]), flush=True)
"""
MAKE = """
import sys
import numpy as np, keras, tensorflow as tf
folder = sys.argv[1]
keras.utils.set_random_seed(3)
dense = keras.Sequential([keras.layers.Input((784,)), keras.layers.Dense(32, activation="relu"),
                          keras.layers.Dense(10, activation="softmax")])
samples = np.random.default_rng(3).standard_normal((200, 784), np.float32)
digits = keras.models.load_model(sys.argv[2], compile=False)
with np.load(sys.argv[3]) as arrays:
    images = arrays["x_calibration"][:200].astype(np.float32).reshape(-1, 8, 8, 1)
for name, model, data in (("784-32-10", dense, samples), ("sample", digits, images)):
    for kind in ("float", "int8"):
        converter = tf.lite.TFLiteConverter.from_keras_model(model)
        if kind == "int8":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.representative_dataset = lambda data=data: ([each[None]] for each in data)
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.inference_input_type = converter.inference_output_type = tf.int8
        with open(f"{folder}/{name}.{kind}.tflite", "wb") as file:
            file.write(converter.convert())
"""


class Process:
    """A program that answers lines with lines."""

    def __init__(self, command: list[str]) -> None:
        self._made = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**worker_environment(), "TF_CPP_MIN_LOG_LEVEL": "3"},
        )  # fmt: skip
        assert self._made.stdin and self._made.stdout
        self._in, self._out = self._made.stdin, self._made.stdout
        self._out.readline()

    def say(self, line: bytes) -> None:
        self._in.write(line)
        self._in.flush()

    def hear(self) -> bytes:
        return self._out.readline()

    def end(self) -> None:
        self._in.close()
        self._made.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=10_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write(place, arguments.samples)
        worker, loop = Process(worker_command()), Process([sys.executable, "-c", LOOP])
        try:
            return measured(place, worker, loop, arguments.rounds)
        finally:
            worker.end()
            loop.end()


def write(place: Path, count: int) -> None:
    """The models and their samples."""
    model, data = SAMPLES / "digits_cnn.h5", SAMPLES / "digits.npz"
    environment = {**worker_environment(), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", MAKE, str(place), str(model), str(data)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with np.load(data) as arrays:
        images = np.resize(arrays["x_test"].astype(np.float32), (count, 8, 8, 1))
        labels = np.resize(arrays["y_test"], count)
    np.savez(place / "sample.npz", x_test=images, y_test=labels)
    random = np.random.default_rng(4)
    np.savez(
        place / "784-32-10.npz", x_test=random.standard_normal((count, 784), np.float32), y_test=np.arange(count) % 10
    )


def measured(place: Path, worker: Process, loop: Process, rounds: int) -> int:
    missed = 0
    print("| | ours s | loop s | of the loop's | run | same decisions |\n|---|---|---|---|---|---|")
    for name, most in MOST.items():
        for kind in ("float", "int8"):
            model, data = str(place / f"{name}.{kind}.tflite"), str(place / f"{name}.npz")
            ours, theirs = [], []
            for number in range(-1, rounds):  # the first warms both
                row, pair = evaluated(worker, model, data), plain(loop, model, data)
                if number >= 0:
                    ours.append(row["run"]["seconds"])
                    theirs.append(pair[0])
            same = agrees(worker, model, data, pair[1])
            share = median(ours) / median(theirs)
            missed += share > most or not same
            print(
                f"| {name} {kind} | {median(ours):.4f} | {median(theirs):.4f} | {share:.2f}x, at most {most:g}x: "
                f"{'yes' if share <= most else 'NO'} | {row['run']['how']} | {'yes' if same else 'NO'} |",
                flush=True,
            )
    return int(missed > 0)


def evaluated(worker: Process, model: str, data: str) -> dict[str, Any]:
    """The model's row, of a job on the running worker."""
    choice = DataChoice(data, (("", "x_test"),), samples=0, labels="y_test")
    options = EvaluateOptions(models=(model,), data=choice, resamples=0, latency_samples=0)
    job = os.urandom(6).hex()
    worker.say(Request(job, options.JOB, to_dict(options)).line())
    while True:
        event = read_event(worker.hear())
        if isinstance(event, Failed):
            raise RuntimeError(event.sentence)
        if isinstance(event, Finished):
            row: dict[str, Any] = event.result["models"][0]
            return row


def plain(loop: Process, model: str, data: str) -> tuple[float, list[int]]:
    loop.say(json.dumps([model, data]).encode() + b"\n")
    seconds, decided = json.loads(loop.hear())
    return seconds, decided


def agrees(worker: Process, model: str, data: str, decided: list[int]) -> bool:
    """With the loop's decisions as labels every one of ours has to be right."""
    with np.load(data) as arrays:
        np.savez(f"{data}.decided.npz", x_test=arrays["x_test"], y_test=np.array(decided))
    return bool(evaluated(worker, model, f"{data}.decided.npz")["accuracy"] == 1.0)


if __name__ == "__main__":
    sys.exit(main())
