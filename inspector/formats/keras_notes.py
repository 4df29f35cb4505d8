"""What a user should know of a Keras file: facts about it in lines, and findings."""

from collections.abc import Sequence
from typing import Any

from inspector.errors import DamagedFileError
from inspector.formats.keras_code import foreign_names, holds_code
from inspector.formats.keras_config import Config, Layer
from inspector.formats.keras_hdf5 import StoredArray
from inspector.formats.keras_options import object_text
from inspector.formats.keras_weights import Found, Weight
from inspector.model import Finding, Level
from inspector.model.text import count_text, plural
from inspector.printable import name_text

_SHOWN = 20


def model_facts(model: Layer, version: str | None, backend: str | None, training: Any) -> dict[str, str]:
    """Lines for people: Keras version, backend, model class and name, optimizer, loss, metrics."""
    facts = {"Keras version": version or "unknown (before 1.2)"}
    if backend:
        facts["backend"] = backend
    if model.class_name:
        facts["model"] = f"{model.class_name} {model.name}"
    if isinstance(training, dict):
        facts |= _training_facts(training)
    return facts


def _training_facts(training: Config) -> dict[str, str]:
    facts = {}
    optimizer = training.get("optimizer_config") or training.get("optimizer")
    if isinstance(optimizer, dict):
        config = optimizer.get("config")
        rate = config.get("learning_rate", config.get("lr")) if isinstance(config, dict) else None
        name = object_text({"class_name": optimizer.get("class_name")})
        facts["optimizer"] = f"{name}, learning_rate {rate:g}" if isinstance(rate, int | float) else name
    elif isinstance(optimizer, str):
        facts["optimizer"] = optimizer[:80]
    for key in ("loss", "metrics"):
        text = _words(training.get(key))
        if text:
            facts[key] = text
    return facts


def _words(value: Any) -> str:
    """Losses and metrics are written as names, objects, lists or tables of them."""
    if isinstance(value, str):
        return value[:80]
    if isinstance(value, dict):
        if "class_name" in value:
            return object_text(value)
        return ", ".join(f"{str(key)[:40]}: {_words(entry)}" for key, entry in list(value.items())[:_SHOWN])
    if isinstance(value, list):
        return ", ".join(word for entry in value[:_SHOWN] if (word := _words(entry)))
    return ""


def weights_only() -> Finding:
    return Finding(
        Level.NOTE, "weights_only", "Weights alone: the file does not describe the layers",
        "Each group stands for a layer. Classes, connections, output shapes and which weights were frozen are in the "
        "program that made it; every weight that is not a normalization's statistic counts as trainable here.",
    )  # fmt: skip


def no_weights(missing: str) -> Finding:
    return Finding(
        Level.WARNING, "no_weights", "The file has the layers and no weights", f"There is no {missing} in it."
    )


def config_damaged(name: str, error: DamagedFileError) -> Finding:
    return Finding(Level.DAMAGE, "config_damaged", f"{name} can't be read; the rest is shown", str(error))


def layer_findings(layers: Sequence[Layer], weights: Sequence[Weight]) -> list[Finding]:
    """Lambda layers, wrappers and what they add, layers whose class is not Keras' own."""
    findings = []
    places = {id(layer): (0, index) for index, layer in enumerate(layers)}

    def chosen(*classes: str) -> tuple[tuple[int, int], ...]:
        return tuple(places[id(layer)] for layer in layers if set(_classes(layer)) & set(classes))

    lambdas = set(chosen("Lambda"))
    if code := tuple(places[id(layer)] for layer in layers if places[id(layer)] in lambdas or holds_code(layer.config)):
        kind = "Lambda layer" if set(code) <= lambdas else "layer"
        findings.append(Finding(
            Level.WARNING, "lambda_layer", f"{plural(len(code), kind)} with code in the file",
            "The code is shown as a layer and never run here. Loading this file with Keras can run it: "
            "only do so if you trust where it comes from.", operators=code,
        ))  # fmt: skip
    foreign = {places[id(layer)]: names for layer in layers if (names := foreign_names(layer.config))}
    if foreign:
        shown = ", ".join(sorted(set().union(*foreign.values()))[:5])
        findings.append(Finding(
            Level.WARNING, "foreign_code", f"Names code outside Keras: {shown}",
            "Loading this file with Keras can import and run it: only do so if you trust where it comes from.",
            operators=tuple(foreign),
        ))  # fmt: skip
    if pruned := chosen("PruneLowMagnitude"):
        extra = sum(
            w.array.elements for w in weights if w.name.rpartition("/")[2] in ("mask", "threshold", "pruning_step")
        )
        findings.append(Finding(
            Level.NOTE, "pruning_wrappers", f"Pruning wrappers hold {count_text(extra)} of the parameters",
            "PruneLowMagnitude keeps a mask as large as each kernel, a threshold and a step, all non-trainable, so the "
            "total is about twice that of the model. strip_pruning removes them.", operators=pruned,
        ))  # fmt: skip
    if aware := chosen("QuantizeWrapperV2", "QuantizeWrapper", "QuantizeLayer"):
        findings.append(Finding(
            Level.NOTE, "quantization_wrappers", "Made for quantization-aware training",
            "The wrappers keep the ranges seen in training (min and max), non-trainable. Weights are float here; "
            "converting the model makes them int8.", operators=aware,
        ))  # fmt: skip
    if clustered := chosen("ClusterWeights"):
        findings.append(Finding(
            Level.NOTE, "clustering_wrappers", "Clustering wrappers hold centroids and indices beside the weights",
            "strip_clustering removes them.", operators=clustered,
        ))  # fmt: skip
    return findings


def _classes(layer: Layer) -> list[str]:
    """The layer's class, and those it wraps."""
    found = [layer.class_name]
    inner = layer.wrapped
    while inner is not None:
        found += [inner.class_name, *(below.class_name for below in inner.walk())]
        inner = inner.wrapped
    return found


def storage_findings(
    names: Sequence[str], arrays: Sequence[StoredArray | None], found: Found, links: Sequence[str]
) -> list[Finding]:
    """What is listed and not there, can't be read, or leads out of the file; `names` and `arrays` by tensor."""
    findings = []
    by_problem: dict[str, list[int]] = {}
    for index, array in enumerate(arrays):
        if array is not None and array.problem:
            by_problem.setdefault(array.problem, []).append(index)
    for problem, tensors in list(by_problem.items())[:_SHOWN]:
        more = f" and {len(tensors) - 1:,} more" if len(tensors) > 1 else ""
        findings.append(Finding(
            Level.DAMAGE, "weights_unreadable", f"The values of {name_text(names[tensors[0]])}{more} can't be read",
            problem[:1].upper() + problem[1:] + ".", tensors=tuple((0, index) for index in tensors),
        ))  # fmt: skip
    if found.damaged:
        findings.append(Finding(
            Level.DAMAGE, "weights_damaged", f"{plural(len(found.damaged), 'part')} of the file can't be read",
            _listed(found.damaged) + " They are damaged; the rest is shown.",
        ))  # fmt: skip
    if found.missing:
        names_text = plural(len(found.missing), "name")
        findings.append(Finding(
            Level.DAMAGE, "weights_missing", f"{names_text} listed in the file without data behind",
            _listed(found.missing) + " The file may be cut short or was written by a program that stopped.",
        ))  # fmt: skip
    if links:
        findings.append(Finding(
            Level.WARNING, "links", f"{plural(len(links), 'link')} not followed",
            _listed(links) + " Soft and external links can lead to other files, so they are left alone.",
        ))  # fmt: skip
    return findings


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(name_text(name) for name in names[:_SHOWN]) + more + "."
