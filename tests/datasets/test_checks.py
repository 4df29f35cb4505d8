"""What a form says about a choice of data, and what it looks up before."""

import os
from pathlib import Path

import numpy as np
import pytest

from inspector.datasets import DataChoice, InputSpec, check_choice, check_samples, describe, open_samples
from inspector.datasets.sources import ArrayInfo
from inspector.errors import DataError, InspectorError, UsageError
from inspector.formats import open_model
from inspector.model.finding import Level

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"


def test_the_sample_data_fit_the_sample_model(sample_h5: Path):
    notices = check_choice(DataChoice(str(SAMPLES / "digits.npz")), open_model(sample_h5))
    assert [(each.level, each.text) for each in notices] == [
        (Level.GOOD, "x_calibration fits the input: [1, 8, 8, 1] FLOAT32."),
        (Level.GOOD, "Values from 0 to 1, no NaN."),
    ]


def test_what_the_sample_data_hold_is_listed_without_reading_them():
    described = describe(SAMPLES / "digits.npz")
    assert described.kind == "npz" and described.summary == "4 arrays"
    assert described.arrays[0] == ArrayInfo("x_calibration", "float32", (200, 8, 8, 1))
    assert described.count is None  # two lengths
    assert describe(DataChoice(str(SAMPLES / "digits.npz"))) == described


def test_several_inputs_are_named_and_few_or_constant_samples_noted(tmp_path: Path):
    specs = (InputSpec("a", (1, 2), "FLOAT32"), InputSpec("b", (1,), "INT8"))
    np.savez(tmp_path / "d.npz", a=np.full((5, 2), 0.5), b=np.arange(5))
    samples = open_samples(DataChoice(str(tmp_path / "d.npz")), specs)
    assert [(each.level, each.text) for each in check_samples(samples, specs)] == [
        (Level.GOOD, "a fits the input a: [1, 2] FLOAT32."),
        (Level.WARNING, "Every value of a is 0.5."),
        (Level.GOOD, "b fits the input b: [1] INT8."),
        (Level.GOOD, "Values of b from 0 to 4, no NaN."),
        (Level.NOTE, "Only 5 samples: about 100 or more show the ranges of the activations better."),
    ]


def test_data_that_dont_fit_are_an_error(sample_h5: Path):
    with pytest.raises(DataError, match=r"y_test is int64 \[500\]; the input image wants"):
        check_choice(DataChoice(str(SAMPLES / "digits.npz"), (("", "y_test"),)), open_model(sample_h5))


@pytest.mark.parametrize("name", ["no.npz", "no.csv", "no.py", "no"])
def test_a_path_that_is_none_is_a_sentence(tmp_path: Path, name: str):
    with pytest.raises(DataError, match="There is no file"):
        describe(tmp_path / name)


@pytest.mark.parametrize(("field", "value"), [("samples", -1), ("seed", -1), ("colour", "purple")])
def test_a_choice_that_is_none_is_refused(field: str, value: object):
    with pytest.raises(UsageError, match=str(value)):
        DataChoice("random", **{field: value})  # type: ignore[arg-type]


def test_random_damage_of_a_model_never_escapes_from_the_checks(tmp_path: Path, sample_tflite: Path):
    generator, whole = np.random.default_rng(1), sample_tflite.read_bytes()
    path, checked = tmp_path / "m.tflite", 0
    for round_ in range(150):
        data = bytearray(whole)
        for at in generator.integers(0, 6000, 1 + round_ % 4):
            data[at] = int(generator.integers(0, 256))
        path.write_bytes(data)
        try:
            model = open_model(path)
            checked += bool(check_choice(DataChoice(str(SAMPLES / "digits.npz"), samples=20), model))
            check_choice(DataChoice("random", samples=2), model)
        except InspectorError:
            continue
    assert checked > 50


def test_names_are_resolved_when_first_used():
    import inspector.datasets as datasets

    assert sorted(datasets.__all__) == datasets.__all__
    assert all(getattr(datasets, name) is not None for name in datasets.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = datasets.nothing


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "data.npz")
    with pytest.raises(DataError, match="is not an ordinary file"):
        describe(tmp_path / "data.npz")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["data.npz", "folder"])
def test_what_may_not_be_read_is_a_sentence(tmp_path: Path, name: str):
    path = tmp_path / name
    path.mkdir() if name == "folder" else path.write_bytes(b"x")
    path.chmod(0)
    with pytest.raises(DataError, match="can't be read: Permission denied"):
        describe(path)
