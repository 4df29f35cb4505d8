"""Random samples: shapes, ranges, the seed, and that they say what they are not."""

import numpy as np
import pytest

from inspector.datasets import DataChoice, InputSpec, describe, open_samples
from inspector.errors import DataError
from inspector.model.finding import Level


def test_random_values_have_the_inputs_shape_and_are_not_valid_for_accuracy():
    specs = (InputSpec("a", (-1, 3, 2), "FLOAT32"), InputSpec("b", (5,), "FLOAT32"))
    samples = open_samples(DataChoice("random", samples=7), specs)
    assert not samples.valid_for_accuracy
    assert [each.level for each in samples.notices] == [Level.WARNING]
    assert samples.sample(3)["a"].shape == (1, 3, 2) and samples.sample(3)["b"].shape == (5,)
    assert 0 <= samples.ranges["a"][0] < 0.2 and 0.8 < samples.ranges["a"][1] < 1
    again = open_samples(DataChoice("random", samples=7), specs)
    assert again.sha256() == samples.sha256()
    assert open_samples(DataChoice("random", samples=7, seed=1), specs).sha256() != samples.sha256()
    assert open_samples(DataChoice("random", samples=0), specs).count == 100


@pytest.mark.parametrize(
    ("type_", "low", "high"),
    [
        ("INT8", -128, 127),
        ("UINT8", 0, 255),
        ("INT16", -32768, 32767),
        ("INT32", 0, 1),
        ("INT64", 0, 1),
        ("BOOL", 0, 1),
    ],
)
def test_integers_fill_their_type_and_indices_stay_in_any_table(type_: str, low: int, high: int):
    array = open_samples(DataChoice("random", samples=1000), (InputSpec("x", (1, 200), type_),)).arrays["x"]
    assert int(array.min()) == low or (type_ == "INT16" and array.min() < -32000)
    assert int(array.max()) == high or (type_ == "INT16" and array.max() > 32000)


def test_random_values_keep_to_the_range_the_model_states():
    spec = InputSpec("x", (1, 100), "FLOAT32", low=-5, high=250)
    low, high = open_samples(DataChoice("random"), (spec,)).ranges["x"]
    assert -5 <= low < -4 and 249 < high <= 250
    words = open_samples(DataChoice("random"), (InputSpec("x", (1, 100), "INT32", low=0, high=464, strict=True),))
    assert words.ranges["x"] == (0, 464)


def test_open_dimensions_get_a_size_that_is_told():
    samples = open_samples(DataChoice("random", samples=2), (InputSpec("x", (-1, -1, -1, 3), "FLOAT32"),))
    assert samples.arrays["x"].shape == (2, 64, 64, 3)
    assert "are 64 in random samples" in samples.notices[-1].text


def test_too_many_and_impossible_ones_are_refused():
    with pytest.raises(DataError, match="choose fewer"):
        open_samples(DataChoice("random", samples=10**9), (InputSpec("x", (1, 100), "FLOAT32"),))
    with pytest.raises(DataError, match="takes STRING"):
        open_samples(DataChoice("random"), (InputSpec("x", (1, 100), "STRING"),))
    assert describe("random").kind == "random"
    assert np.isfinite(open_samples(DataChoice("random"), (InputSpec("x", (1, 3), "FLOAT16"),)).arrays["x"]).all()
