"""The kinds of quantization as data: what becomes what, what it needs, where it runs, in a student's words."""

from dataclasses import dataclass

from inspector.errors import UsageError

NOTHING, CALIBRATION, PRUNED = "nothing", "calibration", "pruned source"


@dataclass(frozen=True, slots=True)
class Recipe:
    """`weights`, `activations`, `io` are type names; `needs` is "nothing", "calibration" or "pruned source".

    `from_keras` and `from_tflite` name the back ends that can make it, the preferred one first; a Keras file or
    SavedModel that the LiteRT quantizer finishes is made a float .tflite by TensorFlow first.
    """

    id: str
    title: str
    badge: str
    weights: str
    activations: str
    io: str
    needs: str
    runs_on: tuple[str, ...]
    sentence: str
    from_keras: tuple[str, ...] = ("tensorflow",)
    from_tflite: tuple[str, ...] = ("tensorflow",)

    @property
    def calibrated(self) -> bool:
        return self.needs == CALIBRATION


_EITHER, _LITERT = ("tensorflow", "litert"), ("litert",)
RECIPES: tuple[Recipe, ...] = (
    Recipe("float32", "float32", "float32", "FLOAT32", "FLOAT32", "FLOAT32", NOTHING, ("CPU", "TFLM"),
           "Nothing is quantized: the reference that every other variant is compared with.",
           from_tflite=("copy",)),
    Recipe("dynamic_range", "Dynamic range (DRQ)", "DRQ", "INT8", "FLOAT32", "FLOAT32", NOTHING, ("CPU",),
           "Large weights are stored as int8, a quarter of the bytes; the calculation's range is found while it runs.",
           from_tflite=_LITERT),
    Recipe("float16", "float16", "float16", "FLOAT16", "FLOAT32", "FLOAT32", NOTHING, ("CPU", "GPU"),
           "Weights are stored with half the bits and widened again when the model is loaded: half the file.",
           from_tflite=_LITERT),
    Recipe("int8_float_io", "Full integer, float I/O", "FIQ float", "INT8", "INT8", "FLOAT32", CALIBRATION,
           ("CPU", "TFLM"),
           "Everything inside is int8; input and output stay float, converted at the model's ends.",
           from_tflite=_EITHER),
    Recipe("int8", "Full integer, int8 I/O", "FIQ int8", "INT8", "INT8", "INT8", CALIBRATION, ("TFLM", "integer-only"),
           "Everything is int8, input and output too: what microcontrollers and integer accelerators want.",
           from_tflite=_EITHER),
    Recipe("uint8", "Full integer, uint8 I/O", "FIQ uint8", "INT8", "INT8", "UINT8", CALIBRATION,
           ("TFLM", "integer-only"),
           "As int8, but input and output are uint8: camera pixels can be handed over as they are.",
           from_tflite=_EITHER),
    Recipe("int16x8", "16-bit activations", "int16x8", "INT8", "INT16", "FLOAT32", CALIBRATION, ("CPU", "TFLM"),
           "Weights int8, activations int16: close to float's accuracy where int8 activations lose too much.",
           from_tflite=_EITHER),
    Recipe("weight_only_int8", "Weights only, int8", "weights int8", "INT8", "FLOAT32", "FLOAT32", NOTHING, ("CPU",),
           "Weights are stored as int8 and widened before use; the calculation itself stays float.",
           _LITERT, _LITERT),
    Recipe("dynamic_int4", "Dynamic range, int4", "DRQ int4", "INT4", "FLOAT32", "FLOAT32", NOTHING, ("CPU (XNNPACK)",),
           "As dynamic range with 4-bit weights: an eighth of the bytes, more error; far more without XNNPACK.",
           _LITERT, _LITERT),
    Recipe("sparse", "Sparse", "sparse", "FLOAT32", "FLOAT32", "FLOAT32", PRUNED, ("CPU (XNNPACK)",),
           "Zeros of a pruned model are left out of the file; worth it from about a third of zeros on."),
    Recipe("sparse_dynamic_range", "Sparse + DRQ", "sparse DRQ", "INT8", "FLOAT32", "FLOAT32", PRUNED, ("CPU",),
           "Zeros are left out and the rest is stored as int8.",
           from_tflite=_LITERT),
)  # fmt: skip
CLASSIC_FIVE = ("float32", "dynamic_range", "int8_float_io", "int8", "uint8")
BY_ID = {recipe.id: recipe for recipe in RECIPES}


def recipe(recipe_id: str) -> Recipe:
    """Raises UsageError for an id that is none."""
    if recipe_id not in BY_ID:
        raise UsageError(f'There is no recipe "{recipe_id}". Recipes: {", ".join(BY_ID)}.')
    return BY_ID[recipe_id]


def variant_name(stem: str, recipe_id: str, suffix: str = "") -> str:
    """`digits.int8.tflite`, or `digits.int8.step2.tflite`."""
    return ".".join(each for each in (stem, recipe_id, suffix, "tflite") if each)
