"""Somebody opens the sample and wants to know which tensor takes most of the flash."""

from tests.conftest import SAMPLES
from tests.e2e.person import Person


def test_the_heaviest_tensor_is_found_by_a_click_on_bytes(person: Person) -> None:
    (model,) = person.copy(SAMPLES / "digits_cnn.float32.tflite")
    person.start(model)
    person.click("of_tab(window().tabs.bar, 'Tensors')")
    person.click("of_button('Flat', tab())")
    person.click("of_header(tab().table, 'Bytes')")
    person.until("cells(tab().table)[0][5] == '8 B'")
    person.click("of_header(tab().table, 'Bytes')")
    person.until("cells(tab().table)[0][5] == '216.0 KB'")
    *rows, total = person.look("cells(tab().table)")
    assert [bytes_of(row) for row in rows] == sorted(map(bytes_of, rows), reverse=True) and total[5] == "243.0 KB"
    person.click("of_cell(tab().table, 0, 1)")
    (name,) = person.until("[each.name for each in window().session.selection.tensors]")
    person.until("'216.0 KB' in window().status.left.text() or '221,184' in window().status.left.text()")
    assert name.endswith("wide_1/MatMul")
    person.picture("heaviest-tensor")
    person.keys("ctrl+q")
    assert person.ended() == 0


def bytes_of(row: list[str]) -> float:
    """`7,680 B` or `216.0 KB` as a number."""
    number, unit = row[5].split()
    return float(number.replace(",", "")) * {"B": 1, "KB": 1024}[unit]
