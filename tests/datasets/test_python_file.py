"""Samples from a Python file: its forms, its errors, and that nothing runs without consent."""

from pathlib import Path

import numpy as np
import pytest

from inspector.datasets import DataChoice, InputSpec, check_choice, describe, open_samples
from inspector.errors import DataError
from inspector.formats import open_model

SPEC = InputSpec("x", (-1, 2), "FLOAT32")
TWO = (SPEC, InputSpec("y", (1, 3), "INT32"))


def code(folder: Path, text: str, samples: int = 0) -> DataChoice:
    (folder / "data.py").write_text("import numpy as np\n" + text)
    return DataChoice(str(folder / "data.py"), samples=samples, allow_code=True)


def refused(choice: DataChoice, *specs: InputSpec) -> str:
    with pytest.raises(DataError) as caught:
        open_samples(choice, specs or (SPEC,))
    return str(caught.value)


@pytest.mark.parametrize(
    "item",
    ["[np.full((1, 2), i, np.float32)]", "np.full((1, 2), i)", "np.full(2, i)", "(np.full((1, 2), i),)",
     "{'x': np.full((1, 2), i)}", "[[i, i]]", "[np.full((1, 2), i, np.uint8)]"],
)  # fmt: skip
def test_a_sample_may_be_an_array_a_list_or_a_dict(tmp_path: Path, item: str):
    choice = code(tmp_path, f"def calibration_data():\n    for i in range(5):\n        yield {item}\n")
    samples = open_samples(choice, (SPEC,))
    assert samples.arrays["x"].tolist() == [[i, i] for i in range(5)]
    assert samples.arrays["x"].dtype == np.float32
    assert samples.description == "5 samples of calibration_data() in data.py"


def test_batches_are_taken_apart_and_only_as_many_are_taken_as_wanted(tmp_path: Path):
    text = (
        "def calibration_data():\n"
        "    while True:\n"  # without end: never asked for more than needed
        "        yield np.ones((4, 2))\n"
    )
    assert open_samples(code(tmp_path, text, samples=10), (SPEC,)).count == 10
    assert open_samples(code(tmp_path, "def calibration_data():\n    return [np.ones((4, 2))] * 2"), (SPEC,)).count == 8


def test_an_array_that_the_generator_fills_again_is_copied(tmp_path: Path):
    text = (
        "def calibration_data():\n    a = np.zeros((1, 2))\n    for i in range(3):\n        a[:] = i\n        yield a\n"
    )
    assert open_samples(code(tmp_path, text), (SPEC,)).arrays["x"].tolist() == [[0, 0], [1, 1], [2, 2]]


def test_several_inputs_come_in_order_or_by_name(tmp_path: Path):
    for item in ("[np.ones((1, 2)), np.ones((1, 3), int)]", "{'y': np.ones(3, int), 'x': np.ones(2)}"):
        samples = open_samples(code(tmp_path, f"def calibration_data():\n    yield {item}\n"), TWO)
        assert list(samples.sample(0)) == ["x", "y"]
        assert samples.arrays["y"].dtype == np.int32


def test_modules_beside_the_file_can_be_imported_and_nothing_is_left_behind(tmp_path: Path):
    import sys

    (tmp_path / "beside_it.py").write_text("SIZE = 2")
    text = "def calibration_data():\n    import beside_it\n    yield np.ones((1, beside_it.SIZE))\n"
    before = list(sys.path)
    assert open_samples(code(tmp_path, text), (SPEC,)).count == 1
    assert sys.path == before


def test_nothing_runs_without_consent(tmp_path: Path, sample_tflite: Path):
    trace = tmp_path / "ran"
    choice = code(
        tmp_path,
        f"import pathlib\npathlib.Path({str(trace)!r}).touch()\ndef calibration_data():\n    yield np.ones((1, 2))\n",
    )
    asked = DataChoice(choice.path)
    assert refused(asked) == "data.py runs code. Look at it, then agree to run it (--allow-data-code)."
    assert describe(choice).kind == "python"
    model = open_model(sample_tflite)
    assert "only if you agree" in check_choice(asked, model)[0].text
    assert "runs in the worker" in check_choice(choice, model)[0].text
    assert not trace.exists()
    open_samples(choice, (SPEC,))
    assert trace.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def calibration_data(:\n", "data.py stopped in line 2: SyntaxError"),
        ("x = 1\n", "data.py has no function calibration_data()."),
        ("raise SystemExit(3)\n", "data.py stopped in line 2: SystemExit: 3."),
        (
            "def calibration_data():\n    yield 1 / 0\n",
            "data.py stopped in line 3: ZeroDivisionError: division by zero.",
        ),
        ("def calibration_data(): return 5\n", "data.py stopped: TypeError: 'int' object is not iterable."),
        ("def calibration_data(): return []\n", "calibration_data in data.py gave no samples."),
        (
            "def calibration_data(): yield np.ones((1, 3))\n",
            "What calibration_data gave is float64 [1, 3]; the input x",
        ),
        ("def calibration_data(): yield 'a'\n", "is str32 []; the input x wants FLOAT32."),
        ("def calibration_data(): yield None\n", "the input x wants FLOAT32."),
        ("def calibration_data(): yield [[1, [2]]]\n", "that is no array of numbers"),
        ("def calibration_data(): yield [1, 2]\n", "gave 2 arrays a sample; the model has 1 input."),
        ("def calibration_data(): yield {'z': 1}\n", "calibration_data gave z; the input x is missing."),
        ("def calibration_data(): yield np.full((1, 2), np.nan)\n", "calibration_data holds NaN, first in sample 0."),
    ],
)
def test_what_goes_wrong_in_it_is_said_with_its_line(tmp_path: Path, text: str, said: str):
    assert said in refused(code(tmp_path, text))


def test_inputs_with_different_numbers_of_samples_are_refused(tmp_path: Path):
    text = "def calibration_data(): yield [np.ones((2, 2)), np.ones((3, 3), int)]\n"
    assert refused(code(tmp_path, text), *TWO) == (
        "calibration_data in data.py gave the inputs different numbers of samples."
    )


def test_samples_of_several_shapes_can_not_be_joined(tmp_path: Path):
    text = "def calibration_data():\n    yield np.ones((1, 2))\n    yield np.ones((1, 3))\n"
    assert "several shapes" in refused(code(tmp_path, text), InputSpec("x", (-1, -1), "FLOAT32"))


def test_a_generator_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("inspector.datasets.python_file.MOST_BYTES", 1 << 16)
    text = "def calibration_data():\n    while True:\n        yield np.ones((1, 2))\n"
    assert "Choose a number of samples" in refused(code(tmp_path, text))
