"""Sweeps made up for tests: models with known outputs, scored as a sweep scores them, without TensorFlow."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from inspector.analysis.evaluation_task import BINARY, MULTICLASS, MULTILABEL, REGRESSION
from inspector.analysis.pipelines import FAILED, PipelineResult, ResultSet
from inspector.datasets.choice import DataChoice
from inspector.jobs.evaluate_options import EvaluateOptions
from inspector.jobs.evaluation_row import Judge
from inspector.jobs.evaluation_run import Outputs

FIVE = ("float32", "dynamic_range", "int8_float_io", "int8", "uint8")
_SIZE = {"float32": 1.0, "dynamic_range": 0.28, "int8_float_io": 0.29, "int8": 0.285, "uint8": 0.286}
_NOISE = {"float32": 0.0, "dynamic_range": 0.1, "int8_float_io": 0.4, "int8": 0.45, "uint8": 0.5}


@dataclass(frozen=True)
class Made:
    """`right`: how far the true class stands out; `noise`: what quantization adds, times that of the recipe."""

    name: str
    task: str = MULTICLASS
    groups: dict[str, str] = field(default_factory=dict)
    data: str = "digits.npz"
    samples: int = 300
    classes: int = 10
    right: float = 3.0
    noise: float = 1.0
    size: int = 252_132
    labelled: bool = True


SENSORS = (
    Made("sensor_lean.h5", groups={"family": "sensor", "width": "lean"}, data="motions.npz", samples=40, classes=4,
         right=2.0, size=48_120),
    Made("sensor_fat.h5", groups={"family": "sensor", "width": "fat"}, data="motions.npz", samples=40, classes=4,
         right=2.6, size=391_764),
)  # fmt: skip
FIELD = (
    Made("digits_cnn.h5", groups={"family": "digits", "pruning": "before"}),
    Made("digits_cnn_pruned.h5", groups={"family": "digits", "pruning": "after"}, right=2.7, size=252_400, noise=3.0),
    *SENSORS,
    Made("attributes.h5", MULTILABEL, {"family": "attributes"}, "attributes.npz", classes=6, right=1.2, size=129_004),
    Made("even_or_odd.h5", BINARY, {"family": "binary"}, "even.npz", classes=1, right=1.5, size=33_908),
    Made("fer.h5", groups={"family": "fer"}, data="faces.npz", classes=7, samples=120, size=1_880_440, labelled=False),
)  # fmt: skip


def swept(
    folder: Path, models: Sequence[Made] = FIELD, recipes: Sequence[str] = FIVE, fails: Sequence[tuple[str, str]] = (),
    metrics: Sequence[str] = ("accuracy", "f1", "kappa"), resamples: int = 200,
) -> ResultSet:  # fmt: skip
    """Writes outputs and labels below `folder`; `fails` are (name, recipe) of pipelines that end with a sentence."""
    pipelines = [
        failed(model, recipe) if (model.name, recipe) in fails else _pipeline(folder, model, recipe, resamples)
        for model in models
        for recipe in recipes
    ]
    return ResultSet("Digits and sensors", tuple(pipelines), tuple(metrics), folder)


def failed(model: Made, recipe: str) -> PipelineResult:
    sentence = f"{model.name}: the converter knows no kernel for LOOP. Choose another recipe."
    return PipelineResult(
        key=f"{model.name}.{recipe}", model=f"/models/{model.name}", name=model.name, recipe=recipe,
        groups=dict(model.groups), state=FAILED, sentence=sentence, data=model.data, seconds=1.5,
    )  # fmt: skip


def _pipeline(folder: Path, made: Made, recipe: str, resamples: int) -> PipelineResult:
    labels, real = outputs(made, recipe)
    place = f"files/{Path(made.name).stem}.{recipe}"
    (folder / place).mkdir(parents=True, exist_ok=True)
    np.save(folder / place / "outputs.npy", real)
    np.save(folder / place / "labels.npy", labels)
    row = scored(made, recipe, labels if made.labelled else None, real, resamples)
    return PipelineResult(
        key=f"{made.name}.{recipe}", model=f"/models/{made.name}", name=made.name, recipe=recipe,
        groups=dict(made.groups), row=row, source_bytes=made.size + 9_000, data=f"/data/{made.data}",
        outputs=f"{place}/outputs.npy", labels=f"{place}/labels.npy" if made.labelled else "",
        variant=f"{place}/model.tflite", seconds=2.25, versions={"tensorflow": "2.21.0"},
        scoring={"average": "macro", "threshold": None, "resamples": resamples, "seed": 0},
    )  # fmt: skip


def outputs(made: Made, recipe: str) -> tuple[Any, Any]:
    """(labels, (samples, classes) float32 probabilities or numbers); the same data for every recipe."""
    drawn = np.random.default_rng(len(made.data))
    shape = (made.samples, made.classes)
    logits, apart = drawn.normal(0, 1, shape), np.random.default_rng(len(recipe)).normal(0, 1, shape)
    if made.task == MULTICLASS:
        labels = drawn.integers(0, made.classes, made.samples)
        logits[np.arange(made.samples), labels] += made.right
    elif made.task == REGRESSION:
        labels = drawn.normal(0, 2, shape)
        logits = labels + 0.3 * logits
    else:
        labels = drawn.integers(0, 2, shape if made.task == MULTILABEL else made.samples)
        logits += made.right * (2 * labels.reshape(made.samples, -1) - 1)
    logits += apart * _NOISE.get(recipe, 0.2) * made.noise * 0.5
    if made.task == MULTICLASS:
        shares = np.exp(logits)
        logits = shares / shares.sum(axis=1, keepdims=True)
    elif made.task != REGRESSION:
        logits = 1 / (1 + np.exp(-logits))
    return labels, logits.astype(np.float32)


def scored(made: Made, recipe: str, labels: Any, real: Any, resamples: int = 200) -> dict[str, Any]:
    """The row that the job evaluate gives of such outputs."""
    options = EvaluateOptions(models=(made.name,), data=DataChoice(made.data), resamples=resamples)
    size = round(made.size * _SIZE.get(recipe, 0.3))
    stem = Path(made.name).stem
    model = cast(Any, SimpleNamespace(path=Path(f"/models/{stem}.{recipe}.tflite"), size_bytes=size))
    speed = 0.4 if recipe == "float32" else 0.25
    given = Outputs(real, real, 0.5, "XNNPACK", "in batches of 64", 0.4, "FLOAT32", "FLOAT32",
                    tuple(speed * (1 + step / 100) for step in range(20)))  # fmt: skip
    judge = Judge(made.task, labels, [f"class {n}" for n in range(max(2, made.classes))], options)
    return judge.row(judge.scored(model, given), None)


def write_store(results: ResultSet, plan: str = 'name = "Digits and sensors"\n') -> Path:
    """The folder that a sweep would have written. Variants are not in it."""
    from inspector.jobs.sweep_store import Store

    assert results.folder is not None
    store = Store(results.folder)
    with store.locked():
        keys = [each.key for each in results.pipelines]
        store.begin(plan.encode(), results.name, results.metrics, results.reference, keys)
        for each in results.pipelines:
            store.put(replace(each, variant=""))
    return results.folder
