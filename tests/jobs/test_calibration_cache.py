"""Calibrated models are found again, bounded, and a damaged entry is as good as none."""

import os
from pathlib import Path

import pytest

from inspector.jobs.calibration_cache import (
    CalibratedModel,
    CalibrationCache,
    cache_folder,
    calibration_key,
    packed,
    unpacked,
)


def model(name: str = "a", size: int = 1000) -> CalibratedModel:
    return CalibratedModel(calibration_key(source=name), b"f" * size, b"r" * size, ("a note",))


def same(one: CalibratedModel | None, other: CalibratedModel) -> bool:
    return one is not None and (one.content, one.ranges, one.notes, one.key) == (
        other.content, other.ranges, other.notes, other.key,
    )  # fmt: skip


def test_another_process_finds_what_one_has_put_there(tmp_path: Path) -> None:
    CalibrationCache(tmp_path).put(model())
    assert same(CalibrationCache(tmp_path).get(model().key), model())
    assert CalibrationCache(tmp_path).get(model("b").key) is None


def test_the_process_that_put_it_needs_no_file(tmp_path: Path) -> None:
    cache = CalibrationCache(tmp_path / "blocked")
    (tmp_path / "blocked").write_text("a file where the folder should be")
    cache.put(model())
    assert same(cache.get(model().key), model())


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:60], lambda data: b"",
                                    lambda data: data[:-1] + b"x", lambda data: b"x" + data[1:]])  # fmt: skip
def test_a_damaged_entry_is_a_miss(tmp_path: Path, damage: "object") -> None:
    CalibrationCache(tmp_path).put(model())
    path = tmp_path / f"{model().key}.bin"
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert CalibrationCache(tmp_path).get(model().key) is None
    CalibrationCache(tmp_path).put(model())
    assert CalibrationCache(tmp_path).get(model().key) is not None


def test_an_entry_under_another_name_is_a_miss(tmp_path: Path) -> None:
    other = model("b").key
    assert unpacked(packed(model()), other) is None
    (tmp_path / f"{other}.bin").write_bytes(packed(model()))
    assert CalibrationCache(tmp_path).get(other) is None


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_what_is_no_key_reads_and_writes_no_file(tmp_path: Path, key: str) -> None:
    cache = CalibrationCache(tmp_path / "cache")
    assert cache.get(key) is None
    cache.put(CalibratedModel(key, b"", b""))
    assert not (tmp_path / "cache").exists()


def test_the_entries_not_used_for_longest_go_first(tmp_path: Path) -> None:
    size = len(packed(model()))
    cache = CalibrationCache(tmp_path, most_bytes=2 * size + 100)
    for age, name in ((300, "a"), (200, "b")):
        cache.put(model(name))
        path = tmp_path / f"{model(name).key}.bin"
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    assert CalibrationCache(tmp_path).get(model("a").key) is not None  # used: now "b" is the oldest
    cache.put(model("c"))
    left = {path.stem for path in tmp_path.iterdir()}
    assert left == {model("a").key, model("c").key}


def test_what_is_larger_than_the_cache_stays_in_memory_only(tmp_path: Path) -> None:
    cache = CalibrationCache(tmp_path, most_bytes=100)
    cache.put(model())
    assert list(tmp_path.iterdir()) == [] and cache.get(model().key) is not None


def test_no_draft_stays_behind(tmp_path: Path) -> None:
    CalibrationCache(tmp_path).put(model())
    assert [path.suffix for path in tmp_path.iterdir()] == [".bin"]


def test_the_draft_of_a_process_that_was_killed_goes_and_a_fresh_one_stays(tmp_path: Path) -> None:
    for name, age in (("old", 7200), ("fresh", 0)):
        path = tmp_path / f"{name}.bin.1.part"
        path.write_bytes(b"half")
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    CalibrationCache(tmp_path).put(model())
    assert {path.name for path in tmp_path.iterdir()} == {"fresh.bin.1.part", f"{model().key}.bin"}


def test_the_folder_is_the_user_s_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "tflite-inspector" / "calibrated"


def test_every_part_makes_another_key() -> None:
    keys = {calibration_key(source="a", data="b"), calibration_key(source="a", data="c"),
            calibration_key(source="b", data="a"), calibration_key(source="a")}  # fmt: skip
    assert len(keys) == 4
