"""A folder of images in a generated Python script: read as `datasets` reads them, by Pillow."""

from pathlib import Path

from inspector.datasets.choice import DataChoice
from inspector.datasets.image_folder import SUFFIXES, ImageForm, image_form
from inspector.datasets.input_spec import InputSpec
from inspector.errors import UsageError
from inspector.jobs.script_parts import Script, literal
from inspector.model.tensor_types import TYPE_BY_NAME

_READ = '''def read_image(path):
    """One image as the model's input has it."""
    image = Image.open(path)
    image.draft("RGB", ({width}, {height}))
    image = ImageOps.exif_transpose(image){grey}.convert("{mode}")
    pixels = np.asarray(image.resize(({width}, {height}), Image.Resampling.BILINEAR)).reshape({height}, {width}, -1)
    return {values}'''

_PATHS = """    suffixes = {suffixes}
    paths = []
    images = {folder}
    for place, folders, names in os.walk(images):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        names = sorted(name for name in names if name.lower().endswith(suffixes) and name[0] != ".")
        paths += [os.path.join(place, name) for name in names]"""


def image_lines(script: Script, folder: Path, data: DataChoice, spec: InputSpec) -> list[str]:
    """Adds `read_image(path)` to the script; the lines make `paths`. Raises DataError, UsageError."""
    form = image_form(spec, data)
    if form.height < 0 or form.width < 0:
        raise UsageError(f"The input {spec.name} takes images of any size: no script can be written for it.")
    script.need("Pillow", "from PIL import Image, ImageOps", "import os")
    grey = '.convert("L")' if form.through_grey else ""
    values = _values(form, spec)
    text = _READ.format(width=form.width, height=form.height, grey=grey, mode=form.mode, values=values)
    script.function(*text.split("\n"))
    return _PATHS.format(folder=literal(folder), suffixes=repr(SUFFIXES).replace("'", '"')).split("\n")


def _values(form: ImageForm, spec: InputSpec) -> str:
    pixels = "np.moveaxis(pixels, -1, 0)" if form.channels_first else "pixels"
    scaled = f"{pixels} * np.float32({form.scale!r}) + np.float32({form.offset!r})"
    return scaled if TYPE_BY_NAME[spec.type].is_float else f"np.rint({scaled})"
