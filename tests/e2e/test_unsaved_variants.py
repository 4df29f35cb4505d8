"""Somebody closes the window while variants are not saved: nothing goes without being asked about."""

import pytest

from tests.conftest import SAMPLES
from tests.e2e.person import Person

pytestmark = pytest.mark.tensorflow


def test_unsaved_variants_are_asked_about_and_saved(person: Person) -> None:
    model, _data = person.copy(SAMPLES / "digits_cnn.h5", SAMPLES / "digits.npz")
    out = person.home / "kept"
    out.mkdir()
    person.start(model)
    person.keys("ctrl+k")
    person.until("dialog().isActiveWindow() and dialog().data.check is not None and dialog().make.isEnabled()")
    person.click("of_widget(dialog().output.unsaved)")
    person.until("dialog().output.unsaved.isChecked()")
    person.click("of_widget(dialog().make)")
    person.until("len(window().session.unsaved) == 5")
    person.keys("ctrl+q")
    person.until("dialog() is not None and dialog().isActiveWindow()")
    person.picture("unsaved-variants")
    person.click("of_button('Cancel', dialog())")
    person.until("dialog() is None and window().isVisible()")
    assert person.look("len(window().session.unsaved)") == 5
    person.keys("ctrl+q")
    person.click("of_button('Save all...', dialog())")
    person.until("dialog().isActiveWindow() and dialog().inherits('QFileDialog')")
    person.keys("ctrl+a")
    person.type(str(out))
    person.keys("Return")
    assert person.ended() == 0
    assert len(list(out.glob("digits_cnn.*.tflite"))) == 5
