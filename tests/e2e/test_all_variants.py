"""Somebody makes all variants of the sample, starts another job and cancels that one."""

import pytest

from tests.conftest import SAMPLES
from tests.e2e.person import Person

pytestmark = pytest.mark.tensorflow


def test_all_variants_are_made_and_a_second_job_is_cancelled(person: Person) -> None:
    model, _data = person.copy(SAMPLES / "digits_cnn.h5", SAMPLES / "digits.npz")
    person.start(model)
    person.keys("ctrl+k")
    person.until("dialog().isActiveWindow() and dialog().data.check is not None")
    person.until("dialog().make.text() == 'Make 5 variants'")
    person.click("of_widget(dialog().make)")
    person.until("len(window().session.jobs.jobs) == 1")
    person.keys("ctrl+k")
    person.until("dialog().isActiveWindow() and dialog().data.check is not None")
    person.click("of_widget(dialog().output.unsaved)")
    person.until("dialog().output.unsaved.isChecked() and dialog().make.isEnabled()")
    person.click("of_widget(dialog().make)")
    person.until("len(window().session.jobs.jobs) == 2")
    title = person.look("window().session.jobs.jobs[1].title")
    person.until("window().session.jobs.jobs[1].state in ('waiting', 'running')")
    person.until(f"len(named('Cancel {title}')) == 2")
    person.click(f"of_named('Cancel {title}')")
    assert person.until("window().session.jobs.jobs[1].over and window().session.jobs.jobs[1].state") == "cancelled"
    assert person.until("window().session.jobs.jobs[0].over and window().session.jobs.jobs[0].state") == "done"
    made = person.until("len(window().session.models) == 6 and [m.path.name for m in window().session.models]")
    assert set(made) == {model.name, *(f"digits_cnn.{each}.tflite" for each in RECIPES)}
    person.picture("all-variants")
    left = {path.name for path in model.parent.iterdir()}
    assert left == {model.name, "digits.npz", *made, *(f"digits_cnn.{each}.json" for each in RECIPES)}
    person.keys("ctrl+q")
    assert person.ended() == 0


RECIPES = ("float32", "dynamic_range", "int8_float_io", "int8", "uint8")
