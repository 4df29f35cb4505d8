"""A job as a plain Python script that does the same without this program: what *Copy as Python script* gives."""

from pathlib import Path

from inspector.datasets.input_spec import input_specs
from inspector.errors import UsageError
from inspector.jobs.availability import backend_for
from inspector.jobs.options import QuantizeOptions
from inspector.jobs.recipes import Recipe, recipe
from inspector.jobs.script_data import write_calibration
from inspector.jobs.script_model import write_model
from inspector.jobs.script_parts import Script
from inspector.jobs.script_variants import write_helpers, write_variant
from inspector.jobs.sources import Source, open_source


def python_script(options: QuantizeOptions) -> str:
    """The script's text: TensorFlow's converter as its guide uses it, LiteRT's quantizer where that does the work.

    Source and data are looked at, so that it names arrays and shapes; nothing of them is run.
    Raises UsageError, ModelFileError, DataError, JobError where there is nothing that a script could do.
    """
    source = open_source(options.source)
    recipes = [recipe(each) for each in dict.fromkeys(options.recipes)]
    if not recipes:
        raise UsageError("No recipe is chosen: there is nothing to make.")
    backends = {each.id: _backend(each, source, options) for each in recipes}
    script = Script(f"Makes {_variants(len(recipes))} of {_plain(source.path.name)}, as TFLite Inspector does.")
    converter = write_model(script, source, options)
    if any(each.calibrated for each in recipes):
        if options.data is None:
            raise UsageError("Calibration data are needed. Name a file with samples of the model's input.")
        specs = None if source.model is None else input_specs(source.model)
        write_calibration(script, options.data, specs, by_name=bool(converter))
    write_helpers(script, Path(options.source).expanduser().absolute().stem, backends, options.overwrite)
    script.add("FOLDER.mkdir(parents=True, exist_ok=True)")
    for each in recipes:
        write_variant(script, each, backends[each.id], converter, options)
    return script.text


def _backend(wanted: Recipe, source: Source, options: QuantizeOptions) -> str:
    """As the job would choose; where that is not installed here, the script may be meant for another machine."""
    choices = wanted.from_tflite if source.from_tflite else wanted.from_keras
    return backend_for(wanted, source.from_tflite, options.backend) or choices[0]


def _variants(count: int) -> str:
    return "a variant" if count == 1 else f"{count} variants"


def _plain(name: str) -> str:
    """A file name inside a docstring."""
    return name.replace("\\", "/").replace('"', "'")
