"""One recipe after another from one float model: which back end makes it, and how."""

from functools import cached_property
from pathlib import Path
from typing import Any

from inspector.datasets.choice import DataChoice
from inspector.datasets.input_spec import InputSpec, input_specs
from inspector.datasets.opening import open_samples
from inspector.datasets.samples import Samples
from inspector.errors import JobError, MissingPackageError, UsageError
from inspector.jobs.availability import backend_for, install_line
from inspector.jobs.calibrated_model import cache_key, calibrated_model, read_content
from inspector.jobs.calibration import Array, Calibration, OrderedSamples, ordered
from inspector.jobs.calibration_cache import CACHE, CalibratedModel
from inspector.jobs.conversion_failures import conversion
from inspector.jobs.float_model import FloatModel, float_model, start_tensorflow
from inspector.jobs.keras_loading import wrapper_kinds
from inspector.jobs.left_float import SELECTIVE, check_names, check_recipes
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import PRUNED, Recipe
from inspector.jobs.sources import Source
from inspector.jobs.steps import Steps
from inspector.jobs.tflite_backend import quantized, sparsified


class VariantMaker:
    """What is loaded, converted and calibrated is kept for all recipes of a job."""

    def __init__(
        self, options: QuantizeOptions, source: Source, recipes: list[Recipe], steps: Steps, scratch: Path
    ) -> None:
        """Raises UsageError and MissingPackageError for recipes that can't be made, DataError for samples that don't
        fit the source; TensorFlow is not started for any of them."""
        self._options, self._source, self._steps, self._scratch = options, source, steps, scratch
        self.backends = {each.id: self._backend(each) for each in recipes}
        check_recipes(recipes, self.backends, options)
        self._aware = source.model is not None and source.model.is_keras and "quantize" in wrapper_kinds(source.model)
        self._from_cache = not self._aware and all(
            each.id in SELECTIVE and self.backends[each.id] == "tensorflow" for each in recipes
        )
        self._calibrated = [each.title for each in recipes if each.calibrated]
        self.samples: Samples | None = None
        if source.model is not None:
            self._open_samples(input_specs(source.model))
        self._calibration: Calibration | None = None
        self._ready: CalibratedModel | None = None
        self._ordered: OrderedSamples | None = None
        self.model: FloatModel

    def load(self) -> None:
        """Loads the source and makes it a float .tflite, `model`; what only needs a calibrated model that is in the
        cache has both from there. Raises JobError, DataError."""
        if self._from_cache and self._options.data is not None:
            self._ready = self._calibrated_model(self._options.data)
            self.model = FloatModel(self._ready.content, self._ready.content, notes=self._ready.notes)
        else:
            self.model = float_model(self._source, self._options, self._steps, self._scratch)
        read = read_content(self.model.content, self._scratch, "float.tflite")
        check_names(read, self._options.float_operators, self._options.float_tensors, self._source.path.name)
        inputs = input_specs(read)
        if self.samples is None:
            self._open_samples(inputs)
        if self.samples is not None:
            self._ordered = ordered(self.samples, inputs)
        if self._ordered is not None and self._ready is None:
            op_names = {operator.op_name for operator in read.operators()}
            self._calibration = Calibration(self._ordered, self.model, op_names, self._source.path.name, self._steps)

    def _calibrated_model(self, data: DataChoice) -> CalibratedModel:
        options = self._options
        return calibrated_model(
            self._source, data, self._steps, self._scratch, options.batch, options.allow_code, self.samples
        )

    @cached_property
    def data(self) -> dict[str, Any] | None:
        """What the provenance file says of the calibration data."""
        if self.samples is None or self._options.data is None:
            return None
        return {
            "path": self._options.data.path, "sha256": self.samples.sha256(), "samples": self.samples.count,
            "description": self.samples.description,
        }  # fmt: skip

    @property
    def first_sample(self) -> list[Array] | None:
        """One array an input, as the float model takes them."""
        return None if self._ordered is None else self._ordered.first

    def notes(self, recipe: Recipe) -> list[str]:
        """What is to be said of every variant, and of those that were calibrated."""
        calibration = self._calibration if recipe.calibrated else None
        aware = ["The ranges are those of its training (QAT); calibration data are not used."] if self._aware else []
        return [*self.model.notes, *aware, *(() if calibration is None else calibration.samples.warnings)]

    def make(self, recipe: Recipe) -> bytes:
        """The variant's bytes, not yet checked. Raises JobError, DataError."""
        if self._aware:
            return self._as_trained(recipe)
        if self.backends[recipe.id] == "litert":
            return self._by_litert(recipe)
        if recipe.calibrated:
            return self._full_integer(recipe)
        self._steps(f"Making {recipe.title}")
        converter, sparse = self.model.converter, recipe.needs == PRUNED
        with conversion(self._source.path.name):
            if recipe.id == "float32":
                return self.model.content
            if converter is None:
                start_tensorflow(self._steps)
                return sparsified(self.model.content)
            return converter.convert(recipe.weights != "FLOAT32", recipe.weights == "FLOAT16", sparse)

    def _as_trained(self, recipe: Recipe) -> bytes:
        """Of a model trained with quantization, which carries its own ranges."""
        name, converter = self._source.path.name, self.model.converter
        if recipe.activations != "INT8" or converter is None:
            raise JobError(
                f"{name} was trained with quantization (QAT): its ranges and its rounding to int8 are part of it. "
                "Choose int8_float_io, int8 or uint8, which keep them."
            )
        self._steps(f"Quantizing: {recipe.title}")
        with conversion(name):
            return converter.convert(quantize=True, io=recipe.io)

    def _full_integer(self, recipe: Recipe) -> bytes:
        options = self._options
        if recipe.activations != "INT16":
            ready = self._ready or self._kept()
            self._steps(f"Quantizing: {recipe.title}")
            with conversion(self._source.path.name):
                left_out = options.float_operators, options.float_tensors
                return quantized(ready.ranges, ready.content, *left_out, io=recipe.io)
        assert self._calibration is not None
        calibrated = self._calibration.tensorflow()
        self._steps(f"Quantizing: {recipe.title}")
        with conversion(self._source.path.name):
            return calibrated.int16x8("INT16" if options.integer_io else recipe.io, options.float_fallback)

    def _kept(self) -> CalibratedModel:
        """Calibrates, and puts the result into the cache for later repairs. Raises JobError."""
        assert self._calibration is not None and self._options.data is not None
        samples = self.samples if self._source.model is not None else None
        self._ready = CalibratedModel(
            cache_key(self._source, self._options.data, samples, self._options.batch),
            self.model.content,
            self._calibration.tensorflow().ranges,
            (*self.model.notes, *self._calibration.samples.warnings),
        )
        CACHE.put(self._ready)
        return self._ready

    def _by_litert(self, recipe: Recipe) -> bytes:
        from inspector.jobs.litert_backend import quantize_with_litert

        ranges = None
        if recipe.calibrated:
            assert self._calibration is not None
            ranges = self._calibration.litert()
        self._steps(f"Quantizing: {recipe.title}")
        with conversion(self._source.path.name):
            content = quantize_with_litert(
                self.model.content,
                recipe.id,
                None,
                lambda share, _message: self._steps.within(share, f"Quantizing: {recipe.title}"),
                integer_io=self._options.integer_io,
                ranges=ranges,
            )
            if recipe.needs != PRUNED:
                return content
            start_tensorflow(self._steps)
            return sparsified(content)

    def _backend(self, recipe: Recipe) -> str:
        backend = backend_for(recipe, self._source.from_tflite, self._options.backend)
        if backend is None and (line := install_line(recipe, self._source.from_tflite)):
            raise MissingPackageError(f"{recipe.title} needs what is not installed: {line}")
        if backend is None:
            raise UsageError(f"{recipe.title} can't be made of this source by {self._options.backend}.")
        return backend

    def _open_samples(self, inputs: tuple[InputSpec, ...]) -> None:
        if not self._calibrated or self._aware:
            return
        if self._options.data is None:
            names = ", ".join(self._calibrated)
            raise UsageError(f"{names}: calibration data are needed. Name a file with samples of the model's input.")
        self.samples = open_samples(self._options.data, inputs, self._steps.within)
