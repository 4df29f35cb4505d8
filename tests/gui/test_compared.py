"""Which models the Compare tab compares: a family, what looks alike, what the user added and left out."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from inspector.gui.compared import ComparedModels, alike
from inspector.gui.session import OpenModel, Session
from tests.model_examples import int8_cnn
from tests.twins import write_twin


@pytest.fixture
def session(qtbot: QtBot) -> Session:
    assert qtbot
    return Session()


def opened(session: Session, path: Path) -> OpenModel:
    found = session.open(path)
    assert found is not None
    return found


def twins(session: Session, folder: Path, *kinds: str, stem: str = "net") -> list[OpenModel]:
    return [opened(session, write_twin(folder, kind, stem=stem)) for kind in kinds]


def other(session: Session, tmp_path: Path) -> OpenModel:
    """A model that has nothing to do with the twins."""
    path = tmp_path / "other.tflite"
    path.write_bytes(int8_cnn())
    return opened(session, path)


def test_variants_with_the_same_ends_are_compared_and_the_float_one_stands_first(
    session: Session, tmp_path: Path
) -> None:
    drq, plain, fiq = twins(session, tmp_path, "dynamic_range", "float32", "int8")
    stranger = other(session, tmp_path)
    choice = ComparedModels()
    for looked_at in (drq, plain, fiq):
        assert choice.of(looked_at, session.models) == [plain, drq, fiq]
    assert choice.of(stranger, session.models) == [stranger]
    assert alike(drq.model, fiq.model)
    assert not alike(drq.model, stranger.model)


def test_the_keras_file_of_several_variants_stands_aside_until_it_is_added(
    session: Session, tmp_path: Path, sample_h5: Path
) -> None:
    keras = opened(session, sample_h5)
    variants = twins(session, tmp_path, "float32", "int8")
    for variant in variants:
        variant.source, variant.recipe = keras.path, "int8"
    choice = ComparedModels()
    assert choice.of(keras, session.models) == variants
    assert choice.source_of(variants, session.models) is keras
    choice.add(variants, keras.path)
    assert choice.of(keras, session.models) == [variants[0], keras, variants[1]]


def test_beside_one_quantized_variant_the_keras_file_is_the_reference(
    session: Session, tmp_path: Path, sample_h5: Path
) -> None:
    keras = opened(session, sample_h5)
    (variant,) = twins(session, tmp_path, "int8")
    variant.source, variant.recipe = keras.path, "int8"
    assert ComparedModels().of(variant, session.models) == [keras, variant]


def test_what_is_added_and_left_out_is_remembered_by_path(session: Session, tmp_path: Path) -> None:
    plain, drq = twins(session, tmp_path, "float32", "dynamic_range")
    stranger = other(session, tmp_path)
    choice = ComparedModels()
    choice.add([plain, drq], stranger.path)
    assert choice.of(stranger, session.models) == [plain, drq, stranger], "whichever of them is looked at"
    choice.leave_out(stranger)
    again = session.reload(drq)
    assert choice.of(plain, session.models) == [plain, again]
    choice.add([plain, again], stranger.path)
    assert choice.of(plain, session.models) == [plain, again, stranger]


def test_the_user_chooses_another_reference(session: Session, tmp_path: Path) -> None:
    plain, drq, fiq = models = twins(session, tmp_path, "float32", "dynamic_range", "int8")
    choice = ComparedModels()
    choice.set_reference(fiq, models)
    assert choice.of(drq, session.models) == [fiq, plain, drq]
    choice.leave_out(fiq)
    assert choice.of(drq, session.models) == [plain, drq], "without it the float variant is the reference again"
