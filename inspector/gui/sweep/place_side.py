"""Where a sweep runs and where its results go: workers here or a Dask cluster, and a folder."""

import os
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from inspector.datasets.choice import RANDOM
from inspector.datasets.notice import Notice
from inspector.gui.dialogs.data_fields import PathField
from inspector.gui.dialogs.form_parts import Section
from inspector.gui.settings import short_path
from inspector.gui.sweep.cluster_check import ClusterCheck
from inspector.gui.sweep.plan_edit import PlanEdit
from inspector.gui.sweep.sweep_memory import Place
from inspector.gui.tooltips import plain_tip
from inspector.gui.widgets import Button, SegmentedGroup
from inspector.jobs.options import help_of
from inspector.jobs.sweep_crew import local_workers
from inspector.jobs.sweep_options import SweepOptions
from inspector.jobs.sweep_plan import results_folder
from inspector.model.finding import Level

HERE, DASK = "here", "dask"
_MOST = 256


class PlaceSide(QWidget):
    """`changed` comes when another folder for results is chosen, or another place to run."""

    changed = Signal()

    def __init__(self, edit: PlanEdit) -> None:
        super().__init__()
        self._edit = edit
        self.section, self.output = Section("Where it runs"), Section("Results")
        self.where = SegmentedGroup(((HERE, "This machine"), (DASK, "Dask cluster")), "Where it runs")
        self.workers = QSpinBox()
        self.workers.setRange(0, _MOST)
        self.workers.setSpecialValueText(f"automatic, {local_workers():,} now")
        self.workers.setFixedWidth(170)
        self.workers.setToolTip(help_of(SweepOptions, "workers"))
        self.workers.lineEdit().setTextMargins(6, 0, 0, 0)
        self.address = QLineEdit()
        self.address.setPlaceholderText("tcp://host:8786")
        self.address.setToolTip(help_of(SweepOptions, "dask"))
        self.check_button = Button("Check")
        self.check_button.setAutoDefault(False)
        self.check_button.setToolTip("Looks whether the cluster answers, and how many workers it has")
        self.cluster = ClusterCheck(self)
        self.folder = PathField("Folder for the results")
        self.retry = QCheckBox("Run pipelines that failed once more")
        self.retry.setToolTip("Otherwise what failed before counts as told")
        self._arrange()
        self.where.chosen.connect(lambda _place: self._changed())
        self.workers.valueChanged.connect(lambda _count: self.changed.emit())
        self.address.textChanged.connect(lambda _text: self._address_typed())
        self.check_button.clicked.connect(self.check)
        self.cluster.changed.connect(self._changed)
        self.folder.changed.connect(self._changed)
        self.retry.toggled.connect(lambda _on: self.changed.emit())
        edit.changed.connect(self._show_usual)
        self._changed()

    # what is chosen

    @property
    def place(self) -> Place:
        return Place(
            folder=str(self.folder.path or ""),
            workers=self.workers.value(),
            dask=self.address.text().strip(),
            on_dask=self.where.current == DASK,
        )

    def show_place(self, place: Place) -> None:
        """Shows what was chosen for a plan the last time."""
        self.folder.set_path(Path(place.folder) if place.folder else None)
        self.workers.setValue(place.workers)
        self.address.setText(place.dask)
        self.where.set_current(DASK if place.on_dask else HERE)
        self.retry.setChecked(False)
        self._changed()

    @property
    def results(self) -> Path | None:
        """Where results are kept; None for a plan without a file and a folder."""
        if self.folder.path is not None:
            return self.folder.path.absolute()
        return results_folder(self._edit.path) if self._edit.path is not None else None

    @property
    def problem(self) -> str:
        if self.where.current == DASK and not self.place.dask:
            return "Write the address of the Dask scheduler, such as tcp://host:8786."
        return self._folder_problem

    @property
    def _folder_problem(self) -> str:
        if self.results is None:
            return ""
        place = self.results
        while not place.exists() and place != place.parent:
            place = place.parent
        if not place.is_dir():
            return f"{place} is not a folder. Choose another for the results."
        return (
            "" if os.access(place, os.W_OK) else f"{place} may not be written. Choose another folder for the results."
        )

    def options(self, plan: Path) -> SweepOptions:
        """The job for a plan that is saved."""
        place = self.place
        return SweepOptions(
            plan=str(plan),
            folder=str(self.results or ""),
            workers=0 if place.on_dask else place.workers,
            dask=place.dask if place.on_dask else "",
            retry_failed=self.retry.isChecked(),
        )

    # following

    def check(self) -> None:
        """Asks the cluster, in a process of its own; what it says stands below."""
        if self.place.dask:
            self.cluster.ask(self.place.dask, self._paths())

    def _paths(self) -> tuple[str, ...]:
        """Models and data of the plan, as far as they are there."""
        plan = self._edit.plan
        kinds = [getattr(owner, kind) for owner in (plan, *plan.models) for kind in ("calibration", "evaluation")]
        data = [plan.placed(each).path for each in kinds if each is not None and each.path != RANDOM]
        models = [str(path) for model in plan.models for path in plan.paths_of(model)]
        return tuple(dict.fromkeys([*models, *data]))

    def _address_typed(self) -> None:
        self.cluster.forget()
        self._changed()

    def _changed(self) -> None:
        on_dask = self.where.current == DASK
        self.section.show_row(self.workers, not on_dask)
        self.section.show_row(self.cluster_row, on_dask)
        self.check_button.setEnabled(bool(self.place.dask) and not self.cluster.busy)
        self.check_button.setText("Checking..." if self.cluster.busy else "Check")
        notices = []
        if on_dask and self.cluster.sentence:
            notices = [Notice(self.cluster.level, self.cluster.sentence)]
        self.section.lines.show_notices(notices)
        self._show_usual()
        self.changed.emit()

    def _show_usual(self) -> None:
        path = self._edit.path
        usual = short_path(results_folder(path)) if path is not None else "beside the plan, NAME.results"
        self.folder.text.setPlaceholderText(usual)
        self.folder.text.setToolTip(plain_tip(str(self.results or usual)))
        sentence = self._folder_problem
        self.output.lines.show_notices([Notice(Level.DAMAGE, sentence)] if sentence else [])

    def _arrange(self) -> None:
        self.cluster_row = QWidget()
        row = QHBoxLayout(self.cluster_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.address, 1)
        row.addWidget(self.check_button)
        self.cluster_row.setFocusProxy(self.address)
        self.section.add_row("On", self.where, fills=False)
        self.section.add_row("&Workers", self.workers, fills=False)
        self.section.add_row("A&ddress", self.cluster_row)
        self.output.add_row("Fol&der", self.folder)
        self.output.add_wide(self.retry)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.section)
        column.addWidget(self.output)
