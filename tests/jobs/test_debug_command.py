"""The command that is copied does the same job."""

import shlex
from dataclasses import replace

import pytest

from inspector.cli.debug_arguments import debug_options, pair_options
from inspector.cli.main import command_parser, load_command
from inspector.datasets.choice import DataChoice
from inspector.jobs.debug_command import debug_command
from inspector.jobs.options import CompareActivationsOptions, DebugOptions

DATA = DataChoice("my data.npz", (("", "x"),), samples=7, seed=3, offset=-1.0)
SIMPLE = DebugOptions(source="m.h5", data=DataChoice("c.npy"))


@pytest.mark.parametrize(
    "options",
    [
        SIMPLE,
        DebugOptions(source="-odd.h5", data=DATA, debug_data=replace(DATA, path="other.npz"), errors=("cumulative",),
                     float_operators=("SOFTMAX", "ADD"), float_tensors=("a;b c", "-x"), output="l.csv",
                     output_folder="out", batch="dynamic", allow_code=True, overwrite=True, time_limit_s=9),
        CompareActivationsOptions(reference="f.tflite", candidate="q.tflite", data=DATA, output="pair.csv",
                                  memory_limit_mb=5),
    ],
)  # fmt: skip
def test_the_copied_command_parses_back_to_the_same_job(options: DebugOptions | CompareActivationsOptions) -> None:
    words = shlex.split(debug_command(options))
    assert words[:2] == ["tflite-inspector", "debug"]
    arguments = command_parser(load_command("debug")).parse_args(words[2:])
    again = (debug_options if isinstance(options, DebugOptions) else pair_options)(arguments, arguments.force)
    assert again == options


def test_defaults_are_left_out() -> None:
    assert debug_command(SIMPLE) == "tflite-inspector debug m.h5 --calibration c.npy"
