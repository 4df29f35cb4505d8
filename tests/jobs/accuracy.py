"""How many of the sample's test digits a .tflite classifies rightly, whatever its inputs and outputs are."""

from pathlib import Path

import numpy as np

from inspector.jobs.variant_run import stored
from tests.conftest import SAMPLES


def accuracy(path: Path) -> float:
    """0 to 1, over all test samples of digits.npz, without XNNPACK (which does not know every variant)."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    with np.load(SAMPLES / "digits.npz") as data:
        images, labels = data["x_test"].astype(np.float32), data["y_test"]
    interpreter = Interpreter(
        str(path), num_threads=1, experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    right = 0
    for image, label in zip(images, labels, strict=True):
        interpreter.set_tensor(source["index"], stored(image.reshape(source["shape"]), source))
        interpreter.invoke()
        right += int(np.argmax(interpreter.get_tensor(sink["index"])) == label)
    return right / len(labels)
