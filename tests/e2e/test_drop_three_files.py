"""Somebody drags three files from a file manager into the window."""

import subprocess
import sys

from tests.conftest import SAMPLES
from tests.e2e.person import ROOT, Person


def test_three_files_dropped_on_the_window_all_open(person: Person) -> None:
    names = ["digits_cnn.float32.tflite", "digits_cnn.h5", "digits_cnn_pruned.h5"]
    models = person.copy(*(SAMPLES / name for name in names))
    person.start()
    command = [sys.executable, "-m", "tests.e2e.drag_source", *map(str, models)]
    with subprocess.Popen(command, env=person.environment, cwd=ROOT, stdout=subprocess.PIPE) as manager:
        assert manager.stdout is not None
        assert manager.stdout.readline().strip() == b"shown"
        person.drag((60, 60), "of_widget(window().start.drop_zone)")
        found = person.until("len(window().session.models) == 3 and [m.path.name for m in window().session.models]")
        manager.terminate()
    assert sorted(found) == sorted(names)
    person.until("window().tabs.isVisible()")
    person.picture("three-files")
    person.keys("ctrl+q")
    assert person.ended() == 0
