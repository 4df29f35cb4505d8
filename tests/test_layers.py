"""Who may import whom: walks the syntax trees of `inspector/`, imports inside functions and TYPE_CHECKING too."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "inspector"

# package -> the packages of `inspector` it may import (itself too); top-level modules may be imported by all
ALLOWED = {
    "model": {"model"},
    "formats": {"model", "formats"},
    "analysis": {"model", "analysis"},
    "plots": {"model", "analysis", "plots"},
    "export": {"model", "formats", "analysis", "plots", "export"},
    "datasets": {"model", "datasets"},
    "jobs": {"model", "formats", "analysis", "export", "datasets", "jobs"},
    "desktop": {"export", "desktop"},
    "cli": {"model", "formats", "analysis", "plots", "export", "datasets", "jobs", "desktop", "cli"},
    "gui": {"model", "formats", "analysis", "plots", "export", "datasets", "jobs", "desktop", "gui"},
}
TOP_MODULES = {"errors", "printable", "resources", "palette"}
# library -> the only places that may import it
FENCES = {
    "PySide6": ("gui/",),
    "matplotlib": ("plots/", "gui/plot_canvas.py"),
    "h5py": ("formats/",),
    "ai_edge_litert": ("formats/", "jobs/"),
    "tensorflow": ("jobs/",),
    "keras": ("jobs/",),
    "tf_keras": ("jobs/",),
    "tensorflow_model_optimization": ("jobs/",),
    "tflite_micro": ("jobs/",),
    "litert_quantizer": ("jobs/",),
    "distributed": ("jobs/",),
    "dask": ("jobs/",),
    "tomli_w": ("jobs/",),
    "jinja2": ("export/",),
    "markupsafe": ("export/",),
    "PIL": ("datasets/",),
    "sklearn": ("analysis/evaluation_scores.py", "jobs/"),
    "rich": ("cli/",),
}
# costly to import: only inside the function that needs them
LATE = {*FENCES} - {"PySide6"}
EVERYWHERE = {"numpy", "inspector", *sys.stdlib_module_names}


def imports(source: str) -> list[tuple[str, int, bool]]:
    """(module, line, at module level and really executed) of every import statement."""
    tree = ast.parse(source)
    found = []

    def visit(node: ast.AST, top: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                found.extend((name.name, child.lineno, top) for name in child.names)
            elif isinstance(child, ast.ImportFrom):
                found.append((("." * child.level) + (child.module or ""), child.lineno, top))
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            typing_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
            visit(child, top and not inside and not typing_only)

    visit(tree, True)
    return found


def violations(place: str, source: str) -> list[str]:
    """What the file `place` (relative to inspector/) imports that it may not."""
    found = []
    room = place.split("/")[0] if "/" in place else ""
    for module, line, top in imports(source):
        parts = module.split(".")
        where = f"{place}:{line}"
        if module.startswith("."):
            found.append(f"{where} imports relatively: {module}")
        elif parts[0] == "inspector" and room:
            target = parts[1] if len(parts) > 1 else ""
            if target and target not in TOP_MODULES and target not in ALLOWED[room]:
                found.append(f"{where} {room} must not import inspector.{target}")
        elif parts[0] in FENCES and not place.startswith(FENCES[parts[0]]):
            found.append(f"{where} must not import {parts[0]}")
        elif parts[0] not in FENCES and parts[0] not in EVERYWHERE:
            found.append(f"{where} imports {parts[0]}, which has no fence yet")
        if top and parts[0] in LATE:
            found.append(f"{where} must import {parts[0]} inside the function that needs it")
    return found


def test_every_import_points_down() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        found += violations(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8"))
    assert found == []


def test_every_room_has_its_rules() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms <= set(ALLOWED)


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("model/tensor.py", "import inspector.formats"),
        ("model/tensor.py", "def f():\n    from inspector.analysis import macs"),
        (
            "analysis/macs.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from inspector.formats import x",
        ),
        ("cli/main.py", "from inspector.gui.app import run"),
        ("gui/app.py", "import inspector.cli.main"),
        ("plots/weights.py", "from PySide6.QtCore import Qt"),
        ("plots/weights.py", "import matplotlib.pyplot"),
        ("gui/panels/weights.py", "def f():\n    import matplotlib"),
        ("analysis/macs.py", "def f():\n    import tensorflow as tf"),
        ("formats/keras_h5.py", "import h5py"),
        ("model/tensor.py", "from . import graph"),
        ("gui/sweep/window.py", "from inspector.cli.sweep import run"),
        ("gui/sweep/window.py", "def f():\n    import distributed"),
        ("desktop/linux.py", "from PySide6.QtCore import QUrl"),
        ("desktop/linux.py", "from inspector.gui.app import run"),
        ("export/html_report.py", "import jinja2"),
        ("analysis/pipelines.py", "def f():\n    from dask import delayed"),
        ("cli/report.py", "def f():\n    from jinja2 import Template"),
        ("gui/sweep/plan_edit.py", "def f():\n    import tomli_w"),
        ("gui/panels/try_it.py", "def f():\n    from PIL import Image"),
        ("jobs/sweep.py", "def f():\n    import pandas"),
    ],
)
def test_a_planted_violation_is_seen(place: str, source: str) -> None:
    assert violations(place, source)


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("formats/keras_h5.py", "def f():\n    import h5py"),
        (
            "plots/weights.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from matplotlib.axes import Axes",
        ),
        ("gui/session.py", "from inspector.formats import open_model"),
        (
            "analysis/macs.py",
            "import numpy as np\nfrom inspector.model import Model\nfrom inspector.errors import ValuesError",
        ),
    ],
)
def test_what_is_allowed_is_let_through(place: str, source: str) -> None:
    assert violations(place, source) == []
