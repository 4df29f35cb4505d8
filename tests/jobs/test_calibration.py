"""Which samples feed which input of the converted model."""

import numpy as np
import pytest

from inspector.datasets.input_spec import InputSpec
from inspector.datasets.notice import Notice
from inspector.datasets.samples import Samples
from inspector.errors import JobError
from inspector.jobs.calibration import ordered
from inspector.model.finding import Level


def samples(*specs: InputSpec, **more: object) -> Samples:
    arrays = {spec.name: np.full((2, *spec.sample_shape), place, np.float32) for place, spec in enumerate(specs)}
    return Samples(tuple(specs), arrays, 2, 2, "made by a test", **more)  # type: ignore[arg-type]


def test_inputs_that_kept_their_names_are_found_by_them_in_any_order() -> None:
    given = samples(InputSpec("zebra", (-1, 4), "FLOAT32"), InputSpec("apple", (-1, 4), "FLOAT32"))
    inputs = [
        InputSpec("apple", (1, 4), "FLOAT32", "serving_default_apple:0"),
        InputSpec("zebra", (1, 4), "FLOAT32", "serving_default_zebra:0"),
    ]
    found = ordered(given, inputs)
    assert [list(sample) for sample in found] == [["apple", "zebra"]] * 2 and found.count == 2
    assert [array.flat[0] for array in found.first] == [1, 0] and found.first[0].shape == (1, 4)


def test_names_go_before_forms_for_all_inputs() -> None:
    given = samples(InputSpec("left", (-1, 4), "FLOAT32"), InputSpec("right", (-1, 4), "FLOAT32"))
    inputs = [InputSpec("args_0", (1, 4), "FLOAT32"), InputSpec("left", (1, 4), "FLOAT32")]
    assert ordered(given, inputs).names == (("args_0", "right"), ("left", "left"))


def test_renamed_inputs_are_found_by_shape_and_type() -> None:
    given = samples(InputSpec("image", (-1, 8, 8, 1), "FLOAT32"), InputSpec("age", (-1, 1), "FLOAT32"))
    inputs = [InputSpec("b", (1, 1), "FLOAT32"), InputSpec("a", (1, 8, 8, 1), "FLOAT32")]
    assert ordered(given, inputs).names == (("b", "age"), ("a", "image"))


def test_an_input_that_no_data_fit_is_named() -> None:
    with pytest.raises(JobError, match=r"an input extra \[1, 3\] that the source has not"):
        ordered(samples(InputSpec("x", (-1, 4), "FLOAT32")), [InputSpec("extra", (1, 3), "FLOAT32")])


def test_only_warnings_about_the_data_go_into_the_notes() -> None:
    spec = InputSpec("x", (-1, 4), "FLOAT32")
    notices = (Notice(Level.GOOD, "Fits."), Notice(Level.WARNING, "Too large."), Notice(Level.NOTE, "Few."))
    assert ordered(samples(spec, notices=notices), [spec]).warnings == ["Too large."]
