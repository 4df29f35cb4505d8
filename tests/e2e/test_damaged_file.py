"""Somebody opens a file that was cut short, reads what is wrong, and goes on with a good one."""

from tests.conftest import SAMPLES
from tests.e2e.person import Person


def test_a_damaged_file_is_a_sentence_and_the_next_one_opens(person: Person) -> None:
    (model,) = person.copy(SAMPLES / "digits_cnn.float32.tflite")
    broken = model.with_name("broken.tflite")
    broken.write_bytes(model.read_bytes()[:40])
    person.start()
    person.keys("ctrl+o")
    person.until("dialog().isActiveWindow()")
    person.type(str(broken))
    person.keys("Return")
    said = person.until("window().message_bar.isVisible() and window().message_bar.sentence.text()")
    assert "broken.tflite" in said
    person.picture("damaged-file")
    assert person.look("len(window().session.models)") == 0
    person.keys("ctrl+o")
    person.until("dialog().isActiveWindow()")
    person.type(str(model))
    person.keys("Return")
    person.until("[str(each.path) for each in window().session.models]")
    person.until("window().message_bar.isHidden()")
    assert person.look("[each.path.name for each in window().session.models]") == [model.name]
    person.keys("ctrl+q")
    assert person.ended() == 0
