"""Somebody looks for the layer that quantization hurts most, leaves it float, and quantizes again."""

import pytest

from tests.conftest import SAMPLES
from tests.e2e.person import Person

pytestmark = pytest.mark.tensorflow
STEPS = "tab().repairs.steps"


def test_the_worst_layer_is_left_out_and_the_score_comes_back(person: Person) -> None:
    model, _data = person.copy(SAMPLES / "digits_cnn.h5", SAMPLES / "digits.npz")
    person.start(model)
    person.keys("ctrl+d")
    person.until("dialog().isActiveWindow() and dialog().calibration.check is not None and not dialog().problem")
    person.click("of_widget(dialog().run_button)")
    person.until("window().tabs.current == 'debug' and tab().repairs.float_score is not None")
    person.until(f"{STEPS}[0].score is not None")
    worst = person.look(f"{STEPS}[0].worst().row.tensor_name")
    person.click("of_button('First...', tab())")
    person.until("dialog().isActiveWindow()")
    person.keys("ctrl+a")
    person.type("1")
    person.keys("Return")
    person.until("dialog() is None and [row for row in cells(tab().table)]")
    person.click("of_widget(tab().side.run)")
    person.until(f"len({STEPS}) >= 2 and {STEPS}[1].score is not None")
    before, after = person.look(f"{STEPS}[0].score"), person.look(f"{STEPS}[1].score")
    assert after > before + 0.02, (before, after)
    person.picture("debug-and-repair")
    assert person.look(f"{STEPS}[1].path.name") == "digits_cnn.int8_float_io.step1.tflite"
    assert worst in person.look(f"str({STEPS}[1])")
    person.keys("ctrl+q")
    person.click("of_button('Discard all', dialog())")
    assert person.ended() == 0
