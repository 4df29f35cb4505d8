"""Settings for all tests: no screen, no settings of the user's, real models where they are at hand."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("MPLBACKEND", "Agg")
_CACHE = tempfile.TemporaryDirectory(prefix="tflite-inspector-tests-")
os.environ["XDG_CACHE_HOME"] = _CACHE.name  # for fixtures that serve a whole module

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "resources" / "samples"
SHARED_MODELS = ROOT.parent / "shared" / "models"

# left out by `make quick`: real processes that are started and killed, thousands of damaged files, many plots
SLOW = {
    "cli/test_evaluate.py", "cli/test_sweep.py", "datasets/test_numpy_damage.py", "e2e", "export/test_report.py",
    "faults/test_broken_tensorflow.py", "faults/test_changing_files.py", "faults/test_full_disk.py",
    "faults/test_killed_workers.py", "faults/test_read_only_folders.py", "faults/test_settings_and_two_programs.py",
    "formats/test_keras_damaged.py", "formats/test_mutations.py", "fuzz/test_fuzz.py", "fuzz/test_window.py",
    "gui/sweep/test_commands.py", "gui/sweep/test_window.py", "gui/test_compare.py", "gui/test_debug_dialog.py",
    "gui/test_evaluate_dialog.py", "gui/test_jobs.py", "gui/test_jobs_beside.py",
    "gui/test_jobs_dock.py", "gui/test_quantize_dialog.py",
    "gui/test_real_models.py", "gui/test_results.py", "gui/test_try_it.py", "gui/test_weights.py",
    "hostile/test_bombs.py", "hostile/test_code_in_models.py", "hostile/test_names_in_window.py",
    "hostile/test_paths_in_models.py", "hostile/test_plans_from_elsewhere.py",
    "hostile/test_results_from_elsewhere.py", "jobs/test_client.py", "jobs/test_kept_workers.py",
    "jobs/test_limits.py", "jobs/test_python_script.py", "jobs/test_sweep.py", "jobs/test_sweep_processes.py",
    "jobs/test_worker.py", "plots/test_results_plots.py", "soak/test_soak.py", "test_distribution.py",
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(ROOT / "tests"):
            path = item.path.relative_to(ROOT / "tests")
            if {path.as_posix(), path.parts[0]} & SLOW:
                item.add_marker("slow")


@pytest.fixture(autouse=True)
def settings_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test starts with empty settings and leaves the user's alone."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if "inspector.jobs.calibration_cache" in sys.modules:
        sys.modules["inspector.jobs.calibration_cache"].CACHE.forget()
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QSettings

        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "config"))
    yield


@pytest.fixture
def sample_tflite() -> Path:
    """The sample model: a small float CNN trained on real digits."""
    return SAMPLES / "digits_cnn.float32.tflite"


@pytest.fixture
def sample_h5() -> Path:
    return SAMPLES / "digits_cnn.h5"


@pytest.fixture
def shared_models() -> Path:
    """The folder of real models by others; skips where a clone has none beside it."""
    if not SHARED_MODELS.is_dir():
        pytest.skip("no shared/models beside this clone")
    return SHARED_MODELS


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """Tests of the window run in the program's own application."""
    from inspector.gui.application import Application

    return Application


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one model of each kind, converted by TensorFlow in a process of its own."""
    folder = tmp_path_factory.mktemp("converted")
    command = [sys.executable, "-m", "tests.formats.tensorflow_models", str(SAMPLES), str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder
