"""Draws README's pictures of the window: python -m tests.screenshots [MODEL.tflite] [--only NAME] [--study RESULTS]

Those of variants need TensorFlow, which makes them. --study draws those of a finished study alone, such as that of
`python -m tests.field_run FOLDER`; the picture of its report needs Chromium.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import ROOT, SAMPLES

FOLDER = ROOT / "resources" / "screenshots"
SHOTS = (  # name, tab, theme, what is selected
    ("tensors-light", "tensors", "light", "T#6"),
    ("overview-dark", "show", "dark", ""),
    ("weights-light", "weights", "light", "T#6"),
)
VARIANTS = ("float32", "dynamic_range", "int8", "int8_float_io")


def window(name: str, tab: str, theme: str, select: str, *models: Path) -> None:
    target = FOLDER / f"{name}.png"
    command = [sys.executable, "-m", "inspector", "--tab", tab, "--theme", theme, "--size", "1440x900"]
    command += [*(["--select", select] if select else []), "--snapshot", str(target), *map(str, models)]
    subprocess.run(command, check=True, cwd=ROOT)


def compare(folder: Path) -> None:
    """The Compare tab with variants of the sample, made here."""
    source = Path(shutil.copy(SAMPLES / "digits_cnn.h5", folder))
    recipes = [word for recipe in VARIANTS for word in ("--recipe", recipe)]
    data = SAMPLES / "digits.npz"
    command = [sys.executable, "-m", "inspector", "quantize", str(source), *recipes, "--calibration", str(data)]
    subprocess.run([*command, "-o", str(folder)], check=True, cwd=ROOT)
    shown = [folder / f"digits_cnn.{recipe}.tflite" for recipe in VARIANTS[:3]]
    window("compare-light", "compare", "light", "T#7", source, *shown)
    shutil.copy(data, folder)
    window("try-it-light", "run", "light", "", source, *shown)


def study(results: Path, folder: Path) -> None:
    """The Results tab and the report of a whole study."""
    window("results-dark", "results", "dark", "", Path(shutil.copytree(results, folder / results.name)))
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("The report can't be drawn: there is no Chromium.")
        return
    report = folder / "report.html"
    subprocess.run([sys.executable, "-m", "inspector", "report", results, "-o", report], check=True, cwd=ROOT)
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         f"--user-data-dir={folder / 'browser'}", "--window-size=1100,1400", "--hide-scrollbars",
         f"--screenshot={FOLDER / 'report.png'}", report.as_uri()],
        check=True, timeout=100,
    )  # fmt: skip


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


def quantize_dialog(folder: Path) -> None:
    """The Quantize dialog with the sample and its data; no worker is started for the picture."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QThreadPool

    from inspector.gui.app import application
    from inspector.gui.dialogs.quantize import QuantizeDialog
    from inspector.gui.session import Session
    from inspector.gui.settings import Settings
    from inspector.gui.theme import apply_theme
    from inspector.gui.unsaved import UnsavedFolder
    from tests.gui.quantize_fakes import with_fake_jobs

    app = application()
    apply_theme(app, "light")
    shutil.copy(SAMPLES / "digits.npz", folder)
    session = Session()
    with_fake_jobs(session)
    opened = session.open(shutil.copy(SAMPLES / "digits_cnn.h5", folder))
    assert opened is not None
    dialog = QuantizeDialog(session, Settings(read_only=True), UnsavedFolder(), opened.path)
    dialog.resize(1129, 702)
    dialog.show()
    for _ in range(100):
        QThreadPool.globalInstance().waitForDone()
        app.processEvents()
        time.sleep(0.01)
    dialog.grab().save(str(FOLDER / "quantize.png"))
    dialog.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", type=Path, default=SAMPLES / "digits_cnn.float32.tflite")
    parser.add_argument("--only", metavar="NAME", help="one picture, such as compare-light")
    parser.add_argument("--study", metavar="RESULTS", type=Path, help="a folder of results to draw, and nothing else")
    chosen = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:  # nobody's folders and settings are in the pictures
        os.environ["HOME"], os.environ["XDG_CONFIG_HOME"] = home, f"{home}/.config"
        if chosen.study is not None:
            study(chosen.study.resolve(), Path(home))
            return
        models = Path(home) / "models"
        models.mkdir()
        model = Path(shutil.copy(chosen.model, models))
        for name, tab, theme, select in SHOTS:
            if chosen.only in (None, name):
                window(name, tab, theme, select, model)
        if chosen.only in (None, "export-c"):
            export_dialog(model)
        if chosen.only in (None, "quantize"):
            quantize_dialog(models)
        if chosen.only in (None, "compare-light", "try-it-light"):
            variants = Path(home) / "variants"
            variants.mkdir()
            compare(variants)


if __name__ == "__main__":
    main()
