"""Calibration samples in a generated Python script: the samples that `datasets` gives, by plain numpy.

A SavedModel's inputs are known only to TensorFlow: its script looks them up in `INPUTS`, name -> (shape, type).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inspector.datasets.array_samples import assign
from inspector.datasets.choice import DataChoice
from inspector.datasets.csv_file import read_layout
from inspector.datasets.csv_samples import input_columns
from inspector.datasets.fitting import fit_shape
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.kinds import kind_of
from inspector.datasets.numpy_files import npy_array, npz_arrays
from inspector.datasets.random_values import DEFAULT_COUNT, OPEN_SIZE, random_range
from inspector.datasets.sources import no_progress
from inspector.errors import UsageError
from inspector.jobs.script_images import image_lines
from inspector.jobs.script_parts import Script, literal, text_literal, tuple_text
from inspector.model.tensor_types import TYPE_BY_NAME

FIRST_INPUT = "next(iter(INPUTS.values()))"
_FIRST = (f"{FIRST_INPUT}[0]", f"{FIRST_INPUT}[1]")


@dataclass(frozen=True, slots=True)
class Feed:
    """An input in the script: `all` is the variable that holds its samples, `one` the expression for one of them;
    `shape` and `type` are expressions too, the batch dimension included."""

    name: str
    all: str
    one: str
    shape: str
    type: str

    @property
    def sample(self) -> str:
        shape = (
            self.shape.removeprefix("(").removesuffix(",)").removesuffix(")") if self.shape[0] == "(" else self.shape
        )
        return f"{self.one}.reshape({shape}).astype({self.type})"


def write_calibration(script: Script, data: DataChoice, specs: Sequence[InputSpec] | None, by_name: bool) -> None:
    """Adds `calibration_data()`; `specs` None for a SavedModel. `by_name`: samples of several inputs are dicts, as the
    converter may put the inputs in another order; else lists in the order of the inputs. Raises DataError, UsageError.
    """
    kind, path = kind_of(data.path), Path(data.path).expanduser()
    script.need("numpy", "import numpy as np", "from pathlib import Path")
    if kind == "python":
        return _python(script, data, specs, by_name)
    if kind == "random":
        lines, feeds, rows = _random(data, specs)
    elif kind == "images":
        lines, feeds = _images(script, path, data, specs)
        rows = _drawn(data, "paths")
    else:
        lines, feeds = _csv(path, specs, data.labels) if kind == "csv" else _arrays(path, data, specs, kind == "npz")
        rows = _drawn(data, feeds[0].all)
    return _define(script, [*lines, f"    for row in {rows}:", *_yield(feeds, by_name)])


def _define(script: Script, lines: list[str]) -> None:
    doc = '    """One sample at a time, with an array for each input of the model."""'
    script.function("def calibration_data():", doc, *lines)


def _yield(feeds: Sequence[Feed], by_name: bool) -> list[str]:
    if len(feeds) == 1:
        return [f"        yield [{feeds[0].sample}]"]
    first, last = "{}" if by_name else "[]"
    samples = [f"{text_literal(each.name)}: {each.sample}" if by_name else each.sample for each in feeds]
    return [f"        yield {first}", *(f"            {each}," for each in samples), f"        {last}"]


def _drawn(data: DataChoice, values: str) -> str:
    if data.samples <= 0:
        return f"range(len({values}))"
    count = f"min({data.samples}, len({values}))"
    return f"np.sort(np.random.default_rng({data.seed}).choice(len({values}), {count}, replace=False))"


def _feed(spec: InputSpec, values: str, shape: Sequence[int], one: str = "") -> Feed:
    """`shape` of a sample as `Samples` has it: without the batch dimension where there is one."""
    dtype = TYPE_BY_NAME[spec.type].dtype
    if dtype is None or sum(size < 0 for size in shape) > 1:
        raise UsageError(f"No script can be written for the input {spec.name} {list(spec.shape)} {spec.type}.")
    whole = (1, *shape) if spec.batched else tuple(shape)
    return Feed(spec.name, values, one or f"{values}[row]", tuple_text(whole), f"np.{dtype.name}")


def _unknown(name: str, values: str) -> Feed:
    place = f"INPUTS[{text_literal(name)}]" if name else FIRST_INPUT
    return Feed(name, values, f"{values}[row]", f"{place}[0]", f"{place}[1]")


def _names(count: int) -> list[str]:
    return ["values"] if count == 1 else [f"values_{number}" for number in range(1, count + 1)]


def _arrays(path: Path, data: DataChoice, specs: Sequence[InputSpec] | None, npz: bool) -> tuple[list[str], list[Feed]]:
    arrays = npz_arrays(path) if npz else [npy_array(path)]
    load = f"np.load({literal(path)})"
    if specs is None:
        pairs = data.arrays or (("", arrays[0].info.name),)
        names = _names(len(pairs))
        lines = [
            f"    {name} = {load}{f'[{text_literal(array)}]' if npz else ''}"
            for name, (_, array) in zip(names, pairs, strict=True)
        ]
        return lines, [_unknown(given, name) for name, (given, _) in zip(names, pairs, strict=True)]
    assigned = assign(arrays, data, specs, path.name)
    lines, feeds = [], []
    for spec, name in zip(specs, _names(len(specs)), strict=True):
        info = assigned[spec.name].info
        fit = fit_shape(info, spec)
        value = f"{load}[{text_literal(info.name)}]" if npz else load
        if fit.single:
            value += "[None]"
        elif fit.group > 1:
            value += f"[: {fit.count * fit.group}].reshape({fit.count}, {fit.group}, *{tuple_text(info.shape[1:])})"
        lines.append(f"    {name} = {value}")
        feeds.append(_feed(spec, name, fit.shape))
    return lines, feeds


def _csv(path: Path, specs: Sequence[InputSpec] | None, labels: str) -> tuple[list[str], list[Feed]]:
    layout = read_layout(path, no_progress)
    skip = ", skiprows=1" if layout.header else ""
    separator = "" if layout.delimiter == " " else f", delimiter={text_literal(layout.delimiter)}"
    source = literal(path)
    if layout.delimiter == ";":  # then numbers may have decimal commas
        source = f'{source}.read_text(encoding="utf-8-sig").replace(",", ".").splitlines()'
    columns = input_columns(layout, specs, labels)[0] if specs is not None else {}
    fed = {column for each in columns.values() for column in each.tolist()}
    read = [each for each in range(layout.columns) if each in fed or each not in layout.texts]
    only = f", usecols={read}" if layout.texts else ""  # words are no input
    lines = [f"    table = np.loadtxt({source}{separator}{skip}{only}, comments=None, quotechar='\"', ndmin=2)"]
    if specs is None:
        return lines, [_unknown("", "table")]
    feeds = []
    for spec, name in zip(specs, _names(len(specs)), strict=True):
        chosen = [read.index(each) for each in columns[spec.name].tolist()]
        in_a_row = chosen == list(range(chosen[0], chosen[0] + len(chosen)))
        lines.append(f"    {name} = table[:, {f'{chosen[0]}:{chosen[-1] + 1}' if in_a_row else chosen}]")
        feeds.append(_feed(spec, name, spec.sample_shape))
    return lines, feeds


def _images(
    script: Script, path: Path, data: DataChoice, specs: Sequence[InputSpec] | None
) -> tuple[list[str], list[Feed]]:
    if specs is None:
        raise UsageError("A SavedModel's input size is known only to TensorFlow: no script for images. Use a .npz.")
    if len(specs) > 1:
        raise UsageError("A folder of images feeds one input; the model has several. Use a .npz.")
    lines = image_lines(script, path, data, specs[0])
    return lines, [_feed(specs[0], "paths", specs[0].sample_shape, "read_image(paths[row])")]


def _random(data: DataChoice, specs: Sequence[InputSpec] | None) -> tuple[list[str], list[Feed], str]:
    count = data.samples if data.samples > 0 else DEFAULT_COUNT
    lines = [f"    generator = np.random.default_rng({data.seed})  # random values are not valid for accuracy"]
    if specs is None:
        return lines, [Feed("", "", f"generator.random({FIRST_INPUT}[0])", *_FIRST)], f"range({count})"
    feeds = []
    for spec, name in zip(specs, _names(len(specs)), strict=True):
        shape = [OPEN_SIZE if size < 0 else size for size in spec.sample_shape]
        size = tuple_text((count, *shape))
        low, high = random_range(spec)
        if TYPE_BY_NAME[spec.type].is_float:
            scaled = f" * np.float32({high - low!r}) + np.float32({low!r})" if (low, high) != (0, 1) else ""
            lines.append(f"    {name} = generator.random({size}, np.float32){scaled}")
        else:
            lines.append(f"    {name} = generator.integers({int(low)}, {int(high)}, {size}, endpoint=True)")
        feeds.append(_feed(spec, name, shape))
    return lines, feeds, f"range({count})"


def _python(script: Script, data: DataChoice, specs: Sequence[InputSpec] | None, by_name: bool) -> None:
    """The user's own generator, its samples brought into the inputs' shapes."""
    script.need("", "import runpy")
    samples = f'runpy.run_path(str({literal(data.path)}))["calibration_data"]()'
    if data.samples > 0:
        script.need("", "import itertools")
        samples = f"itertools.islice({samples}, {data.samples})"
    if specs is None:
        inputs = "[(name, shape, dtype) for name, (shape, dtype) in INPUTS.items()]"
    else:
        feeds = [_feed(spec, "", spec.sample_shape) for spec in specs]
        inputs = "[" + ", ".join(f"({text_literal(each.name)}, {each.shape}, {each.type})" for each in feeds) + "]"
    value = "np.reshape(value, shape).astype(dtype) for (name, shape, dtype), value in zip(inputs, sample)"
    lines = [
        f"    inputs = {inputs}",
        f"    for sample in {samples}:",
        "        if isinstance(sample, dict):",
        "            sample = [sample[name] for name, _, _ in inputs]",
        "        if not isinstance(sample, (list, tuple)):",
        "            sample = [sample]",
        f"        yield {{name: {value}}}"
        if by_name and (specs is None or len(specs) > 1)
        else f"        yield [{value}]",
    ]
    _define(script, lines)
