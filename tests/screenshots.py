"""Draws README's pictures of the window: python -m tests.screenshots [MODEL.tflite]"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import ROOT, SAMPLES

FOLDER = ROOT / "resources" / "screenshots"
SHOTS = (  # name, tab, theme, what is selected
    ("tensors-light", "tensors", "light", "T#6"),
    ("overview-dark", "show", "dark", ""),
    ("weights-light", "weights", "light", "T#6"),
)


def window(name: str, tab: str, theme: str, select: str, model: Path) -> None:
    target = FOLDER / f"{name}.png"
    command = [sys.executable, "-m", "inspector", "--tab", tab, "--theme", theme, "--size", "1440x900"]
    command += [*(["--select", select] if select else []), "--snapshot", str(target), str(model)]
    subprocess.run(command, check=True, cwd=ROOT)


def export_dialog(model: Path) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from inspector.analysis.measurements import Measurements
    from inspector.formats import open_model
    from inspector.gui.app import application
    from inspector.gui.dialogs.export_c import ExportCDialog
    from inspector.gui.session import OpenModel
    from inspector.gui.theme import apply_theme

    app = application()
    apply_theme(app, "light")
    opened = open_model(model)
    dialog = ExportCDialog(OpenModel(opened, Measurements(opened)))
    dialog.show()
    for _ in range(100):
        app.processEvents()
    dialog.grab().save(str(FOLDER / "export-c.png"))
    dialog.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    original = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES / "digits_cnn.float32.tflite"
    with tempfile.TemporaryDirectory() as home:  # nobody's folders and settings are in the pictures
        os.environ["HOME"], os.environ["XDG_CONFIG_HOME"] = home, f"{home}/.config"
        models = Path(home) / "models"
        models.mkdir()
        model = Path(shutil.copy(original, models))
        for name, tab, theme, select in SHOTS:
            window(name, tab, theme, select, model)
        export_dialog(model)


if __name__ == "__main__":
    main()
