"""Somebody double-clicks model files in a file manager and wants to see what DRQ and FIQ did to each tensor."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.person import Person

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.skipif(shutil.which("xdg-open") is None, reason="no xdg-open on this machine"),
]


def test_double_clicked_variants_stand_beside_each_other_by_type(person: Person, variants: Path) -> None:
    float32, drq, int8 = person.copy(
        *(variants / f"digits_cnn.{name}.tflite" for name in ("float32", "dynamic_range", "int8"))
    )
    command = [sys.executable, "-m", "inspector", "desktop", "install"]
    subprocess.run(command, env=person.environment, check=True, capture_output=True, timeout=100)
    person.start(float32)
    for path in (drq, int8):  # what a file manager runs for a double-click
        subprocess.run(["xdg-open", path], env=person.environment, check=True, timeout=100)
        person.until(f"{path.name!r} in [model.path.name for model in window().session.models]")
    assert person.look("len(window().session.models)") == 3, "all in the window that was there"
    person.until("window().session.current.path.name == 'digits_cnn.int8.tflite'")
    person.click("of_tab(window().tabs.bar, 'Compare')")
    person.until("tab().comparison is not None and tab().comparison.measured")
    labels = person.look("[variant.label for variant in tab().comparison.variants]")
    person.click("of_button('By type', tab())")
    person.until("[row for row in cells(tab().table) if 'INT8' in row[0]]")
    person.picture("drq-beside-fiq")
    rows = person.look("cells(tab().table)")
    assert labels == ["ORG", "DRQ", "FIQ int8"] or len(labels) == 3, labels
    assert any("FLOAT32" in text for row in rows for text in row)
    person.keys("ctrl+q")
    assert person.ended() == 0
