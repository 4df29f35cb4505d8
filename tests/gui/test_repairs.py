"""The history of repairs: which places are left float, what a step is called, where later layers stand."""

from pathlib import Path

import pytest

from inspector.analysis.quantization_debug import debug_result
from inspector.errors import UsageError
from inspector.gui.panels.debugger_recipe import write_recipe
from inspector.gui.repairs import Repairs, Step, above, places_text, stay_float_text
from inspector.jobs.provenance import sha256_of
from inspector.jobs.recipe_file import read_recipe_file
from tests.debugged import layer, repairs, result, told


@pytest.fixture
def history(tmp_path: Path) -> Repairs:
    source = tmp_path / "net.h5"
    source.write_bytes(b"a model")
    return repairs(source)


def test_a_step_leaves_float_what_is_ticked_by_the_names_of_the_float_model(history: Repairs) -> None:
    step = history.begin({5, 4})
    assert (step.number, step.left, step.float_tensors) == (1, (4, 5), ("layer_4", "layer_5"))
    assert step.left_text == "#4 #5" and history.steps[-1] is step


def test_the_same_set_twice_is_refused_unless_it_failed(history: Repairs) -> None:
    step = history.begin({5})
    with pytest.raises(UsageError, match="Step 1 leaves the same float"):
        history.begin({5})
    step.failed = "No space left."
    assert history.begin({5}).number == 2


def test_a_table_from_disk_cannot_be_repaired() -> None:
    alone = Repairs("layers.csv", Path("layers.csv"), steps=[Step(0, result=result())])
    assert not alone.can_repair
    with pytest.raises(UsageError, match="debug the model it is about"):
        alone.begin({1})


def test_a_layer_without_a_name_in_the_float_model_cannot_stay_float(history: Repairs) -> None:
    with pytest.raises(UsageError, match="#9 has no name"):
        history.begin({9})


def test_layers_of_a_later_step_stand_where_they_stood_in_step_0(history: Repairs) -> None:
    later = debug_result("net", told((0.29, 0.0, 0.0, 0.25, 0.0, 0.64), left=(5,)))
    moved = history.place_result(later)
    assert [each.operator for each in moved.local] == [1, 2, 3, 4, 6]
    assert moved.local[-1].row.op_name == "SOFTMAX"
    stranger = later.with_layers("local", (layer(1, 0.3, name="nobody"),))
    assert history.place_result(stranger).local[0].operator is None


def test_the_title_says_what_stays_float(history: Repairs) -> None:
    assert history.title == "net"
    history.begin({4, 5})
    assert history.title == "net, step 0"
    history.shown = 1
    assert history.title == "net, step 1: #4 and #5 stay float"


def test_many_places_are_said_in_short() -> None:
    assert places_text(()) == "none"
    assert places_text((10, 11, 12, 13)) == "#10…#13"
    assert places_text((1, 5, 9, 12)) == "#1 #5 +2"
    assert stay_float_text((7,)) == "#7 stays float"
    assert stay_float_text(tuple(range(9))) == "9 layers stay float"


def test_above_takes_only_what_is_above(history: Repairs) -> None:
    assert above(history.layers(0), 0.7) == {5}
    assert above(history.layers(0), 0.27) == {1, 5}


def test_a_step_s_recipe_file_is_what_the_command_reads(history: Repairs, tmp_path: Path) -> None:
    step = history.begin({5})
    read = read_recipe_file(write_recipe(tmp_path / "my.json", history, step))
    assert (read.recipe, read.float_tensors, read.source) == ("int8_float_io", ("layer_5",), "net.h5")
    assert read.source_sha256 == sha256_of(history.source)
