"""Samples from a folder of images: size, colour, range, and images that can't be read."""

import os
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inspector.datasets import DataChoice, InputSpec, describe, open_samples
from inspector.datasets.selection import chosen_rows
from inspector.errors import Cancelled, DataError

GREY = InputSpec("image", (-1, 4, 6, 1), "FLOAT32")
RGB = InputSpec("image", (1, 4, 6, 3), "FLOAT32")
PIXELS = np.arange(24, dtype=np.uint8).reshape(4, 6) * 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten grey images of the input's size, in two folders; image n is brighter by n."""
    for number in range(10):
        place = tmp_path / "images" / ("cats" if number < 5 else "dogs")
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(PIXELS + number).save(place / f"{number}.png")
    (tmp_path / "images" / "readme.txt").write_text("no image")
    (tmp_path / "images" / ".hidden.png").write_bytes(b"x")
    return tmp_path / "images"


def refused(choice: DataChoice, *specs: InputSpec) -> str:
    with pytest.raises(DataError) as caught:
        open_samples(choice, specs or (GREY,))
    return str(caught.value)


def test_images_of_the_folders_inside_are_read_in_order_and_scaled_to_1(folder: Path):
    samples = open_samples(DataChoice(str(folder), samples=0), (GREY,))
    expected = np.stack([PIXELS + number for number in range(10)])[..., None] / np.float32(255)
    assert np.allclose(samples.arrays["image"], expected, atol=1e-6)
    assert samples.arrays["image"].dtype == np.float32
    assert samples.description == "10 of 10 images in images"
    assert samples.notices[0].text == (
        "Images are resized to 6 x 4, grey; pixels 0 to 255 become 0 to 1 (usual for FLOAT32)."
    )


def test_images_are_drawn_with_the_seed(folder: Path):
    samples = open_samples(DataChoice(str(folder), samples=4, seed=2, scale=1.0), (GREY,))
    assert samples.arrays["image"][:, 0, 0, 0].tolist() == chosen_rows(10, 4, 2).tolist()


def test_a_chosen_scale_and_offset_are_used(folder: Path):
    samples = open_samples(DataChoice(str(folder), samples=0, scale=1 / 127.5, offset=-1.0), (GREY,))
    assert samples.ranges["image"][0] == -1.0
    only_offset = open_samples(DataChoice(str(folder), samples=0, offset=-0.5), (GREY,))
    assert only_offset.ranges["image"][0] == -0.5


@pytest.mark.parametrize(
    ("type_", "first", "last"), [("UINT8", 0, 239), ("INT8", -128, 111), ("INT32", 0, 239), ("FLOAT32", 0, 239 / 255)]
)
def test_pixels_take_the_range_of_the_type(folder: Path, type_: str, first: float, last: float):
    samples = open_samples(DataChoice(str(folder), samples=0), (InputSpec("image", (1, 4, 6, 1), type_),))
    assert samples.ranges["image"] == pytest.approx((first, last))


def test_pixels_take_the_range_that_the_model_states(folder: Path):
    spec = InputSpec("image", (1, 4, 6, 1), "FLOAT32", low=-1, high=1, because="its metadata says so for pixels")
    samples = open_samples(DataChoice(str(folder), samples=0), (spec,))
    assert samples.ranges["image"] == pytest.approx((-1, 239 / 127.5 - 1), abs=1e-6)
    assert "become -1 to 1 (its metadata says so for pixels)." in samples.notices[0].text


def test_a_scale_that_leaves_the_type_is_said(folder: Path):
    said = refused(DataChoice(str(folder), samples=0, scale=2.0), InputSpec("image", (1, 4, 6, 1), "UINT8"))
    assert said == "images/ holds values from 0 to 478; the input image takes UINT8, 0 to 255."


@pytest.mark.parametrize("shape", [(1, 4, 6, 3), (1, 3, 4, 6), (1, 4, 6, 1), (1, 4, 6), (1, 4, 6, 4), (-1, 4, 6, -1)])
def test_channels_are_as_the_input_has_them(tmp_path: Path, shape: tuple[int, ...]):
    colour = np.zeros((4, 6, 3), np.uint8)
    colour[..., 0] = 255
    Image.fromarray(colour).save(tmp_path / "red.png")
    samples = open_samples(DataChoice(str(tmp_path)), (InputSpec("image", shape, "FLOAT32"),))
    array = samples.arrays["image"]
    assert all(size in (have, -1) for have, size in zip(array.shape[1:], shape[1:], strict=True))
    if shape[1] == 3:
        assert array[0, :, 2, 2].tolist() == [1, 0, 0]
    elif shape[-1] in (3, -1):
        assert array[0, 2, 2].tolist() == [1, 0, 0]
    elif shape[-1] == 4:
        assert array[0, 2, 2].tolist() == [1, 0, 0, 1]
    else:
        assert array[0, 2, 2] == pytest.approx(76 / 255)


def test_grey_can_be_asked_of_an_rgb_input_and_not_the_other_way(tmp_path: Path):
    colour = np.zeros((4, 6, 3), np.uint8)
    colour[..., 0] = 255
    Image.fromarray(colour).save(tmp_path / "red.png")
    samples = open_samples(DataChoice(str(tmp_path), colour="grey"), (RGB,))
    assert samples.arrays["image"][0, 2, 2].tolist() == pytest.approx([76 / 255] * 3)
    assert refused(DataChoice(str(tmp_path), colour="rgb")) == (
        "The input image [-1, 4, 6, 1] has one channel; RGB needs three."
    )


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "I;16", "I"])
@pytest.mark.parametrize("suffix", ["png", "tif", "jpg"])
def test_every_kind_of_pixels_is_read(tmp_path: Path, mode: str, suffix: str):
    image = Image.new("L", (12, 8), 200).convert(mode) if mode not in ("I;16", "I") else None
    image = (
        Image.new("1", (12, 8), 1) if mode == "1" else image or Image.fromarray(np.full((8, 12), 200 * 257, np.uint16))
    )
    try:
        image.save(tmp_path / f"x.{suffix}")
    except (OSError, KeyError):
        pytest.skip(f"a {suffix} can't hold {mode}")
    value = 1.0 if mode == "1" else 200 / 255
    array = open_samples(DataChoice(str(tmp_path)), (GREY,)).arrays["image"]
    assert array.shape == (1, 4, 6, 1)
    assert array.ravel() == pytest.approx(np.full(24, value), abs=0.02)


def test_larger_images_are_made_smaller_and_turned_as_the_camera_was_held(tmp_path: Path):
    pixels = np.zeros((80, 60), np.uint8)
    pixels[:40] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees, clockwise
    Image.fromarray(pixels).save(tmp_path / "x.jpg", exif=exif, quality=100)
    array = open_samples(DataChoice(str(tmp_path)), (GREY,)).arrays["image"][0, :, :, 0]
    assert array[:, 0] == pytest.approx(np.zeros(4), abs=0.05)
    assert array[:, 5] == pytest.approx(np.ones(4), abs=0.05)


def test_an_input_of_any_size_takes_the_size_of_the_first_image(folder: Path):
    Image.new("L", (20, 20)).save(folder / "dogs" / "large.png")
    samples = open_samples(DataChoice(str(folder), samples=0), (InputSpec("image", (-1, -1, -1, 1), "FLOAT32"),))
    assert samples.arrays["image"].shape == (11, 4, 6, 1)


def test_images_that_cant_be_read_are_left_out_named_and_replaced(folder: Path):
    whole = (folder / "cats" / "0.png").read_bytes()
    for number in range(5):
        (folder / "cats" / f"{number}.png").write_bytes((b"", b"no image", whole[:60], whole[:-30], whole)[number])
    samples = open_samples(DataChoice(str(folder), samples=6), (GREY,))
    assert samples.count == 6  # five dogs and the one sound cat
    warning = samples.notices[-1].text
    assert warning.startswith("4 images can't be read and left out. ") and ".png" in warning
    for path in folder.rglob("*.png"):
        path.write_bytes(b"no image")
    assert refused(DataChoice(str(folder))).startswith("None of the 10 images in ")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_named_as_an_image_is_not_waited_for(folder: Path):
    os.mkfifo(folder / "pipe.png")
    (folder / "link.png").symlink_to("/dev/zero")
    samples = open_samples(DataChoice(str(folder), samples=0), (GREY,))
    assert samples.count == 10
    assert "2 images can't be read" in samples.notices[-1].text


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header claims a size that its few bytes unpack to, all black."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (width + 1)) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [9_000, 12_000, 20_000])
def test_a_decompression_bomb_is_left_out_without_being_unpacked(folder: Path, size: int):
    (folder / "bomb.png").write_bytes(png_of(size, size))
    assert (folder / "bomb.png").stat().st_size < 1 << 20
    tracemalloc.start()
    samples = open_samples(DataChoice(str(folder), samples=0), (GREY,))
    assert tracemalloc.get_traced_memory()[1] < 8 << 20
    tracemalloc.stop()
    assert samples.count == 10
    assert "bomb.png" in samples.notices[-1].text and "pixels" in samples.notices[-1].text


def test_random_damage_of_images_never_escapes(folder: Path):
    generator = np.random.default_rng(3)
    Image.fromarray(np.repeat(np.repeat(PIXELS, 8, 0), 8, 1)).save(folder / "a.jpg")
    Image.fromarray(PIXELS).save(folder / "a.gif")
    Image.fromarray(PIXELS).save(folder / "a.tif", compression="tiff_deflate")
    Image.fromarray(PIXELS).save(folder / "a.bmp")
    Image.fromarray(PIXELS).save(folder / "a.webp")
    wholes = {path: path.read_bytes() for path in sorted(folder.glob("a.*"))}
    for _ in range(60):
        for path, whole in wholes.items():
            data = bytearray(whole)
            for at in generator.integers(0, len(data), 3):
                data[at] = int(generator.integers(0, 256))
            path.write_bytes(data)
        assert open_samples(DataChoice(str(folder), samples=0), (GREY,)).count >= 10


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (InputSpec("x", (1, 64), "FLOAT32"), "The input x [1, 64] is no image of 1, 3 or 4 channels."),
        (InputSpec("x", (1, 8, 8, 6), "FLOAT32"), "is no image of 1, 3 or 4 channels."),
        (InputSpec("x", (1, 2, 8, 8, 3), "FLOAT32"), "is no image of 1, 3 or 4 channels."),
        (InputSpec("x", (1, 8, 8, 3), "STRING"), "takes STRING; samples can only be numbers."),
        (InputSpec("x", (1, 9000, 9000, 3), "FLOAT32"), "Choose fewer samples."),
    ],
)
def test_an_input_that_is_no_image_is_said(folder: Path, spec: InputSpec, said: str):
    assert said in refused(DataChoice(str(folder), samples=0), spec)


def test_folders_without_images_and_models_with_two_inputs_are_refused(tmp_path: Path):
    assert refused(DataChoice(str(tmp_path))).startswith(f"{tmp_path} holds no images (png, jpg, jpeg,")
    assert "feeds one input; the model has 2: image, image" in refused(DataChoice(str(tmp_path)), GREY, RGB)
    with pytest.raises(DataError, match="holds no images"):
        describe(tmp_path)


def test_looking_for_images_can_be_stopped_and_ends(folder: Path, monkeypatch: pytest.MonkeyPatch):
    def stop(_fraction: float | None, _message: str) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        describe(folder, stop)
    assert describe(folder).count == 10
    monkeypatch.setattr("inspector.datasets.image_folder._MOST_FILES", 5)
    with pytest.raises(DataError, match="more than 5 images"):
        describe(folder)
