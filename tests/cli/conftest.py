"""The command line under test: `cli("show", path)` gives the exit code and what was printed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inspector.cli.main import main
from tests.builders import ModelBuilder


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What was printed, as strict JSON: NaN and Infinity are refused."""
        return json.loads(self.out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*words: str | Path) -> Ran:
        capsys.readouterr()
        code = main([str(word) for word in words])
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Two subgraphs: an int8 layer with two channels, a shape constant, a dynamic batch; a float constant aside."""
    b = ModelBuilder()
    x = b.tensor("x", [1, 4], "INT8", scale=0.5, zero_point=-1, shapeSignature=np.array([-1, 4], np.int32))
    w = b.tensor("layer/kernel", [2, 4], "INT8", np.array([[0, 1, -2, 0], [65, 0, 0, 0]]), [0.5, 0.25], [0, 0])
    bias = b.tensor("layer/bias", [2], "INT32", np.array([7, -8]), [0.25, 0.125], [0, 0])
    y = b.tensor("y", [1, 2], "INT8", scale=1.0, zero_point=3)
    shape = b.tensor("layer/shape", [2], "INT32", np.array([-1, 2]))
    z = b.tensor("z", [1, 2], "INT8", scale=1.0, zero_point=3)
    options = b.options("FullyConnectedOptions", fusedActivationFunction=1)
    b.operator("FULLY_CONNECTED", [x, w, bias], [y], options)
    b.operator("RESHAPE", [y, shape], [z])
    b.inputs(x).outputs(z)
    b.signature("serving_default", {"x": x}, {"z": z})
    b.subgraph("aside")
    b.tensor("table", [3], "FLOAT32", np.array([0.0, -0.0, 2.5]))
    return b.write(tmp_path / "tiny.tflite")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.tflite"
    path.write_bytes(b"\0\0\0\0TFL3 and nothing else")
    return path


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A model that can be shown, with an operator that reads a tensor which is not there."""
    b = ModelBuilder()
    x, y = b.tensor("x", [1]), b.tensor("y", [1])
    b.operator("ADD", [x, 99], [y])
    return b.inputs(x).outputs(y).write(tmp_path / "damaged.tflite")
