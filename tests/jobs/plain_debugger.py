"""What a plain QuantizationDebugger script says of a model, beside ours: `python -m tests.jobs.plain_debugger ENGINE
DATA.npy SOURCE...` prints, as JSON, {source: {"local": plain CSV, "cumulative": plain CSV, "ours": the task's answer,
"pair": that of compare_activations}}. A process of its own, as it chooses the Keras.
"""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from inspector.formats import open_model
from inspector.jobs.keras_loading import load_keras, with_batch_of_one
from inspector.jobs.runner import run_job
from inspector.jobs.worker_command import worker_environment


def plain(model: Any, samples: np.ndarray) -> dict[str, str]:
    """As TensorFlow's guide has it; the whole-model mode by the function behind it, of the same calibrated model."""
    import tensorflow as tf
    from tensorflow.lite.python import convert

    def dataset() -> Iterator[list[np.ndarray]]:
        for sample in samples:
            yield [sample[None]]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = dataset
    debugger = tf.lite.experimental.QuantizationDebugger(converter=converter, debug_dataset=dataset)
    whole = convert.mlir_quantize(debugger.calibrated_model, enable_numeric_verify=True, enable_whole_model_verify=True)
    other = tf.lite.experimental.QuantizationDebugger(quant_debug_model_content=whole, debug_dataset=dataset)
    return {"local": dumped(debugger), "cumulative": dumped(other)}


def dumped(debugger: Any) -> str:
    debugger.run()
    text = io.StringIO()
    debugger.layer_statistics_dump(text)
    return text.getvalue()


def ours(source: Path, data: str, folder: Path, silent: Callable[..., None]) -> dict[str, Any]:
    """The two tasks' answers, the files they wrote read into them."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    choice = {"path": data, "samples": 0}
    values = {"source": str(source), "data": choice, "output": str(folder / "layers.csv"),
              "output_folder": str(folder)}  # fmt: skip
    told = run_job("debug", values, silent, scratch)
    told["csv"] = {kind: Path(path).read_text() for kind, path in told["csv"].items()}
    values = {"source": str(source), "recipes": ["float32"], "output_folder": str(folder)}
    made = run_job("quantize", values, silent, scratch)["variants"][0]["path"]
    pair = run_job(
        "compare_activations", {"reference": made, "candidate": told["model"], "data": choice}, silent, scratch
    )
    return {"ours": told, "pair": pair["pair"]}


def main(engine: str, data: str, *sources: str) -> dict[str, Any]:
    os.environ.update(worker_environment(engine))
    found = {}
    for source in map(Path, sources):
        with TemporaryDirectory() as name:
            folder = Path(name)
            os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
            model = with_batch_of_one(load_keras(open_model(source), engine, False, folder), engine)
            found[source.name] = plain(model, np.load(data)) | ours(source, data, folder, lambda *_told: None)
    return found


if __name__ == "__main__":
    private = os.dup(1)
    os.dup2(2, 1)  # converters print
    answer = json.dumps(main(*sys.argv[1:])).encode()
    with os.fdopen(private, "wb") as stream:
        stream.write(answer)
