"""The task "quantize": loads a source once, converts it once, calibrates once, and makes all variants of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inspector.analysis.progress import Progress
from inspector.datasets.input_spec import InputSpec, input_specs
from inspector.datasets.opening import open_samples
from inspector.datasets.samples import Samples
from inspector.errors import JobError, MissingPackageError, UsageError
from inspector.formats import open_model
from inspector.jobs.availability import backend_for, install_line, installed
from inspector.jobs.conversion_failures import conversion
from inspector.jobs.float_model import FloatModel, float_model
from inspector.jobs.options import QuantizeOptions, to_dict
from inspector.jobs.provenance import Provenance, provenance_path, sha256_of, versions
from inspector.jobs.recipes import Recipe, recipe
from inspector.jobs.scratch import deliver
from inspector.jobs.sources import Source, check_targets, open_source, variant_paths
from inspector.jobs.steps import Steps
from inspector.jobs.tflite_backend import Array, Calibrated, sparsified
from inspector.jobs.variant_check import check_variant


def quantize(options: QuantizeOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Makes the variants; they appear together at the end, or none does.

    Returns {"variants": [{"recipe", "path", "size_bytes", "notes", "provenance"}], "failed": [{"recipe", "sentence"}]}.
    Raises UsageError, ModelFileError, DataError, JobError where nothing could be made.
    """
    wanted = [recipe(each) for each in dict.fromkeys(options.recipes)]
    if not wanted:
        raise UsageError("No recipe is chosen: there is nothing to make.")
    source = open_source(options.source)
    targets = dict(zip(options.recipes, variant_paths(options), strict=True))
    check_targets(list(targets.values()), options.overwrite)
    making = _Making(options, source, wanted, progress, scratch)
    made, failed = making.all()
    if not made:
        raise JobError(" ".join(dict.fromkeys(each["sentence"] for each in failed)))
    drafts = {each["recipe"]: Path(each["path"]) for each in made}
    moves = []
    for recipe_id, draft in drafts.items():
        moves += [(draft, targets[recipe_id]), (provenance_path(draft), provenance_path(targets[recipe_id]))]
    progress(None, "Moving the files into place")
    deliver(moves, scratch)
    for each in made:
        target = targets[each["recipe"]]
        each.update(path=str(target), provenance=str(provenance_path(target)))
    return {"variants": made, "failed": failed}


class _Making:
    """One job: what is loaded, converted and calibrated is kept for all its recipes."""

    def __init__(
        self, options: QuantizeOptions, source: Source, recipes: list[Recipe], progress: Progress, scratch: Path
    ) -> None:
        self._options, self._source, self._recipes, self._scratch = options, source, recipes, scratch
        self._backends = {each.id: self._backend(each) for each in recipes}
        self._calibrating = any(each.calibrated for each in recipes)
        before = 0 if source.from_tflite else 3
        self._steps = Steps(progress, before + self._calibrating + len(recipes) + 1)
        self._samples: Samples | None = None
        self._calibrated: Calibrated | None = None
        self._litert_ranges: dict[str, tuple[float, float]] | None = None
        self._ranges_failed: JobError | None = None

    def _backend(self, wanted: Recipe) -> str:
        backend = backend_for(wanted, self._source.from_tflite, self._options.backend)
        if backend is None and (line := install_line(wanted, self._source.from_tflite)):
            raise MissingPackageError(f"{wanted.title} needs what is not installed: {line}")
        if backend is None:
            raise UsageError(f"{wanted.title} can't be made of this source by {self._options.backend}.")
        return backend

    def all(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """(made, failed); the made ones are files in the scratch folder."""
        if self._calibrating and self._source.model is not None:
            self._open_samples(input_specs(self._source.model))  # before TensorFlow starts
        source_hash = sha256_of(self._source.path)
        model = float_model(self._source, self._options, self._steps, self._scratch)
        made, failed = [], []
        for each in self._recipes:
            try:
                made.append(self._one(each, model, source_hash))
            except JobError as error:
                failed.append({"recipe": each.id, "sentence": str(error)})
        return made, failed

    def _one(self, wanted: Recipe, model: FloatModel, source_hash: str) -> dict[str, Any]:
        content = self._make(wanted, model)
        draft = self._scratch / variant_paths(self._options)[self._options.recipes.index(wanted.id)].name
        draft.write_bytes(content)
        notes = [*model.notes, *check_variant(draft, wanted, self._options, self._sample(model))]
        data = None
        if wanted.calibrated and self._samples is not None and self._options.data is not None:
            data = {
                "path": self._options.data.path, "sha256": self._samples.sha256(),
                "samples": self._samples.count, "description": self._samples.description,
            }  # fmt: skip
        provenance_path(draft).write_text(
            Provenance(
                wanted.id, str(self._source.path), source_hash, sha256_of(draft), self._backends[wanted.id],
                data, to_dict(self._options), tuple(notes), versions(),
            ).text,
            encoding="utf-8",
        )  # fmt: skip
        return {"recipe": wanted.id, "path": str(draft), "size_bytes": len(content), "notes": notes}

    def _make(self, wanted: Recipe, model: FloatModel) -> bytes:
        backend = self._backends[wanted.id]
        if wanted.calibrated and self._samples is None:
            self._open_samples(self._specs_of(model))
        if backend == "litert":
            return self._litert(wanted, model)
        if wanted.calibrated:
            calibrated = self._ranges(model)
            self._steps(f"Quantizing: {wanted.title}")
            with conversion(self._source.path.name):
                if wanted.id == "int16x8":
                    io = "INT16" if self._options.integer_io else "FLOAT32"
                    return calibrated.int16x8(io, self._options.float_fallback)
                return calibrated.int8(wanted.io)
        self._steps(f"Making {wanted.title}")
        if wanted.id == "float32":
            return model.content
        with conversion(self._source.path.name):
            if model.converter is None:
                return sparsified(model.content)
            return model.converter.convert(
                quantize=wanted.weights != "FLOAT32", float16=wanted.weights == "FLOAT16", sparse="sparse" in wanted.id
            )

    def _litert(self, wanted: Recipe, model: FloatModel) -> bytes:
        from inspector.jobs.litert_backend import litert_ranges, quantize_with_litert

        self._steps(f"Quantizing: {wanted.title}")
        dense = "dynamic_range" if wanted.id == "sparse_dynamic_range" else wanted.id
        samples = self._samples if wanted.calibrated else None
        with conversion(self._source.path.name):
            content = quantize_with_litert(model.content, dense, samples, self._steps.within, self._options.integer_io)
            if dense == wanted.id:
                return content
            if not installed("tensorflow"):
                raise MissingPackageError(f"{wanted.title} needs TensorFlow too: {install_line(wanted, False)}")
            return sparsified(content)

    def _ranges(self, model: FloatModel) -> Calibrated:
        """Measured at the first recipe that needs them."""
        if self._ranges_failed is not None:
            raise self._ranges_failed
        if self._calibrated is None:
            samples, order = self._samples, self._order(model)
            assert samples is not None

            def feed() -> Iterator[list[Array]]:
                for number, sample in enumerate(samples):
                    self._steps.within(number / samples.count, f"Calibrating {number + 1:,} of {samples.count:,}")
                    yield [sample[name] for name in order]

            self._steps(f"Calibrating with {samples.count:,} samples")
            try:
                with conversion(self._source.path.name):
                    self._calibrated = Calibrated(model.raw, feed, model.content)
            except JobError as error:
                self._ranges_failed = error
                raise
        return self._calibrated

    def _order(self, model: FloatModel) -> list[str]:
        """The names of the samples' inputs in the order of the float model's inputs."""
        assert self._samples is not None
        given = list(self._samples.specs)
        found = []
        for spec in self._specs_of(model):
            same = next((each for each in given if set(each.names) & set(spec.names)), None)
            same = same or next((e for e in given if (e.sample_shape, e.type) == (spec.sample_shape, spec.type)), None)
            if same is None:
                raise JobError(f"The converted model's input {spec.name} is none of the data's inputs.")
            given.remove(same)
            found.append(same.name)
        return found

    def _specs_of(self, model: FloatModel) -> tuple[InputSpec, ...]:
        path = self._scratch / "float.tflite"
        if not path.exists():
            path.write_bytes(model.content)
        return input_specs(open_model(path))

    def _open_samples(self, specs: tuple[InputSpec, ...]) -> None:
        if self._options.data is None:
            names = ", ".join(each.title for each in self._recipes if each.calibrated)
            raise UsageError(f"{names}: calibration data are needed. Name a file with samples of the model's input.")
        self._samples = open_samples(self._options.data, specs)

    def _sample(self, model: FloatModel) -> list[Array] | None:
        """The first calibration sample in the order of the model's inputs, if there are any."""
        if self._samples is None:
            return None
        first = self._samples.sample(0)
        return [first[name] for name in self._order(model)]
