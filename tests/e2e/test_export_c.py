"""Somebody wants the model in their firmware: exports a C array from the menu and compiles it."""

import shutil
import subprocess

import pytest

from tests.conftest import SAMPLES
from tests.e2e.person import Person


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc")
def test_a_c_array_from_the_menu_compiles_and_holds_the_model(person: Person) -> None:
    (model,) = person.copy(SAMPLES / "digits_cnn.float32.tflite")
    out = person.home / "firmware"
    out.mkdir()
    person.start(model)
    person.menu("File", "Export", "C Array...")
    person.until("dialog().isActiveWindow()")
    person.replace_text("of_widget(dialog().folder)", str(out))
    person.picture("export-c")
    person.keys("Return")
    person.until("dialog() is None")
    (source,) = out.glob("*.c*")
    check = out / "check.c"
    header = next(out.glob("*.h"))
    name = source.read_text().partition("[]")[0].split()[-1]
    check.write_text(
        f'#include <stdio.h>\n#include "{header.name}"\n'
        f"int main(void) {{ fwrite({name}, 1, {name}_len, stdout); return 0; }}\n"
    )
    subprocess.run(["gcc", "-Wall", "-Werror", source.name, check.name, "-o", "check"], cwd=out, check=True)
    assert subprocess.run([out / "check"], capture_output=True, check=True).stdout == model.read_bytes()
    person.keys("ctrl+q")
    assert person.ended() == 0
