"""A folder of images becomes samples: resized to the input, grey or RGB, pixels brought into its range."""

import os
import struct
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path

import numpy as np

from inspector.datasets.assembling import Values, assemble
from inspector.datasets.choice import DataChoice
from inspector.datasets.fitting import check_type
from inspector.datasets.input_spec import InputSpec
from inspector.datasets.notice import Notice
from inspector.datasets.samples import Samples
from inspector.datasets.selection import chosen_rows
from inspector.datasets.sources import MOST_BYTES, Array, ArrayInfo, Progress
from inspector.errors import DataError
from inspector.model.finding import Level
from inspector.model.tensor_types import TYPE_BY_NAME
from inspector.model.text import bytes_text, number_text, plural, printable, shape_text

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
_MOST_FILES = 500_000
_MOST_PIXELS = 64_000_000
_MODES = {1: "L", 3: "RGB", 4: "RGBA"}
_FACTS = {"L": "grey", "RGB": "RGB", "RGBA": "RGBA"}
_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, AttributeError, MemoryError,
               ArithmeticError, RuntimeError, struct.error, zlib.error)  # fmt: skip
"""What Pillow raises for damaged files, over its many decoders."""


@dataclass(frozen=True, slots=True)
class ImageForm:
    """How an image is brought into the input: `height` and `width` -1 where the first image gives the size."""

    height: int
    width: int
    mode: str
    through_grey: bool
    channels_first: bool
    shape: tuple[int, ...]
    scale: float
    offset: float


def image_files(folder: Path, progress: Progress) -> list[Path]:
    """The images in a folder and the folders in it, by name. Raises DataError where there are none or too many."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += (Path(place, name) for name in sorted(names) if name.lower().endswith(SUFFIXES) and name[0] != ".")
        progress(None, f"Looking for images in {folder.name}: {len(found):,}")
        if len(found) > _MOST_FILES:
            raise DataError(f"{folder} holds more than {_MOST_FILES:,} images. Choose a smaller folder.")
    if not found:
        raise DataError(f"{folder} holds no images ({', '.join(each[1:] for each in SUFFIXES)}).")
    return found


def _refuse(error: OSError) -> None:
    raise DataError(f"{error.filename} can't be read: {error.strerror or error}.") from error


def image_samples(folder: Path, choice: DataChoice, specs: Sequence[InputSpec], progress: Progress) -> Samples:
    """Raises DataError where the model takes no single image, or no image can be read."""
    if len(specs) != 1:
        names = ", ".join(spec.name for spec in specs)
        raise DataError(f"A folder of images feeds one input; the model has {len(specs)}: {names}. Use a .npz.")
    spec = specs[0]
    form = image_form(spec, choice)
    files = image_files(folder, progress)
    single = choice.only is not None
    wanted = 1 if single else min(choice.samples, len(files)) if choice.samples > 0 else len(files)
    drawn = chosen_rows(len(files), wanted, choice.seed, choice.only).tolist()
    others = [] if single else sorted(set(range(len(files))) - set(drawn))  # read in the place of those that can't be
    order = [*drawn, *np.random.default_rng(choice.seed).permutation(others).tolist()] if others else drawn
    images, read, unreadable = _read(files, order, wanted, form, progress)
    if not images and single:
        raise DataError(unreadable[0])
    if not images:
        raise DataError(f"None of the {len(files):,} images in {folder} can be read. {unreadable[0]}")
    values, title = _values(images, form, spec), folder.resolve().name or str(folder)
    text = f"{len(images):,} of {plural(len(files), 'image')} in {title}"
    notices = _notices(form, spec, choice, unreadable)
    samples = assemble(specs, {spec.name: Values(values, f"{title}/")}, len(files), text, notices)
    return replace(samples, origins=tuple(str(files[index]) for index in read))


def image_form(spec: InputSpec, choice: DataChoice) -> ImageForm:
    """How images become this input. Raises DataError where the input is no image."""
    check_type(ArrayInfo("An image", "uint8", ()), np.dtype(np.uint8), spec)
    shape = spec.sample_shape
    channels_first = len(shape) == 3 and shape[0] in (1, 3, 4) and shape[2] not in (1, 3, 4, -1)
    if len(shape) == 2:
        height, width, channels = *shape, 1
    elif len(shape) == 3:
        height, width, channels = (*shape[1:], shape[0]) if channels_first else shape
    else:
        channels = 0
    if channels == -1:
        channels = 1 if choice.colour == "grey" else 3
    if channels not in _MODES:
        raise DataError(
            f"The input {spec.name} {shape_text(spec.shape)} is no image of 1, 3 or 4 channels. Use a .npz or .csv."
        )
    if channels == 1 and choice.colour == "rgb":
        raise DataError(f"The input {spec.name} {shape_text(spec.shape)} has one channel; RGB needs three.")
    scale, offset = _pixel_scale(spec, choice)
    through_grey = channels > 1 and choice.colour == "grey"
    return ImageForm(height, width, _MODES[channels], through_grey, channels_first, shape, scale, offset)


def _pixel_scale(spec: InputSpec, choice: DataChoice) -> tuple[float, float]:
    """pixel x scale + offset: as chosen, else so that 0 to 255 fills the range the input expects."""
    target = TYPE_BY_NAME[spec.type]
    if spec.low is not None and spec.high is not None:
        low, high = spec.low, spec.high
    elif target.is_float:
        low, high = 0.0, 1.0
    else:
        low, high = (-128.0, 127.0) if target.name == "INT8" else (0.0, 255.0)
    if choice.scale is not None:
        return choice.scale, choice.offset or 0.0
    return (high - low) / 255, low if choice.offset is None else choice.offset


def _read(
    files: Sequence[Path], order: Sequence[int], wanted: int, form: ImageForm, progress: Progress
) -> tuple[list[Array], list[int], list[str]]:
    """Images as arrays, which files they are, and a sentence for each that can't be read; others are read in their
    place."""
    found: list[Array] = []
    read: list[int] = []
    unreadable: list[str] = []
    size = (form.width, form.height)
    for index in order:
        progress(len(found) / wanted, f"Reading image {len(found) + 1:,} of {wanted:,}")
        try:
            image = read_image(files[index], form, size)
        except _UNREADABLE as error:
            unreadable.append(_why(files[index], error))
            continue
        if not found:
            size = (image.shape[1], image.shape[0])
            if (size_bytes := wanted * image.size * 4) > MOST_BYTES:
                raise DataError(
                    f"{wanted:,} images of {image.shape[1]} x {image.shape[0]} take {bytes_text(size_bytes)}; "
                    f"at most {bytes_text(MOST_BYTES)} are held at once. Choose fewer samples."
                )
        found.append(image)
        read.append(index)
        if len(found) == wanted:
            break
    return found, read, unreadable


def _why(path: Path, error: BaseException) -> str:
    """`7.jpg is no image of a kind that is read.`"""
    if type(error).__name__ == "UnidentifiedImageError":
        return f"{printable(path.name)} is no image of a kind that is read."
    return f"{printable(path.name)}: {printable(str(error))[:200].rstrip('.') or type(error).__name__}."


def read_image(path: Path, form: ImageForm, size: tuple[int, int]) -> Array:
    """One image (height, width, channels) uint8. Raises one of _UNREADABLE."""
    from PIL import Image, ImageOps

    if not path.is_file():  # a pipe would be waited for without end
        raise ValueError("it is not an ordinary file")
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=_FORMATS) as image:
            if prod(image.size) > _MOST_PIXELS:
                raise ValueError(f"{image.size[0]:,} x {image.size[1]:,} pixels are too many")
            image.draft("RGB", (max(size[0], 1), max(size[1], 1)))  # a JPEG need not be unpacked larger than that
            turned = ImageOps.exif_transpose(image)
            if turned.mode.startswith("I;16") or turned.mode == "I":
                turned = Image.fromarray((np.asarray(turned).clip(0, 65535) // 257).astype(np.uint8))
            turned = turned.convert("L") if form.through_grey else turned
            turned = turned.convert(form.mode)
            wanted = (size[0] if size[0] > 0 else turned.width, size[1] if size[1] > 0 else turned.height)
            if turned.size != wanted:
                turned = turned.resize(wanted, Image.Resampling.BILINEAR)
            array = np.asarray(turned, np.uint8)
    except Image.DecompressionBombError as error:
        raise ValueError("it has too many pixels") from error
    return array[..., None] if array.ndim == 2 else array


def _values(images: Sequence[Array], form: ImageForm, spec: InputSpec) -> Array:
    """(samples, *sample shape) in the input's range; whole numbers for an integer input."""
    pixels = np.stack(images)
    if form.channels_first:
        pixels = np.moveaxis(pixels, -1, 1)
    if len(form.shape) == 2:
        pixels = pixels[..., 0]
    values: Array = pixels.astype(np.float32)
    values *= np.float32(form.scale)
    values += np.float32(form.offset)
    return values if TYPE_BY_NAME[spec.type].is_float else np.rint(values)


def _notices(form: ImageForm, spec: InputSpec, choice: DataChoice, unreadable: Sequence[str]) -> list[Notice]:
    low, high = form.offset, 255 * form.scale + form.offset
    why = "as chosen" if choice.scale is not None else spec.because or f"usual for {spec.type}"
    text = (
        f"Images are resized to {form.width} x {form.height}, {_FACTS[form.mode]}; pixels 0 to 255 become "
        f"{number_text(low)} to {number_text(high)} ({why})."
    )
    found = [Notice(Level.NOTE, text.replace("-1 x -1", "the first one's size"))]
    if unreadable:
        text = f"{plural(len(unreadable), 'image')} can't be read and left out. {unreadable[0]}"
        found.append(Notice(Level.WARNING, text))
    return found
