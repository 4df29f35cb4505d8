"""Carries shapes through a Keras model: along a Sequential's chain, or a functional model's connections."""

from collections import deque
from collections.abc import Sequence

from inspector.formats.keras_config import Layer, Reference, as_shape, references
from inspector.formats.keras_shapes import Shape, output_shapes

Shapes = list[Shape | None]


def infer_shapes(model: Layer, inputs: Sequence[Shape | None] = ()) -> Shapes:
    """Fills in `outputs` of every layer below and returns the model's own output shapes.

    `inputs`: what the model is called with, where the file doesn't say what it takes.
    """
    if model.gives is None:  # once, however often the model is called
        model.gives = [None]
        model.gives = _sequential(model, inputs) if model.is_sequential else _functional(model)
    return model.gives


def input_shape(layer: Layer) -> Shape | None:
    """What an InputLayer, or the first layer of an old Sequential, says of the model's input."""
    config = layer.config
    for name in ("batch_shape", "batch_input_shape"):
        if (shape := as_shape(config.get(name))) is not None:
            return shape
    if (shape := as_shape(config.get("input_shape"))) is not None:
        return as_shape([None, *shape])
    if layer.class_name == "Embedding":
        return as_shape([None, config.get("input_length")])
    if layer.class_name == "Dense":
        return as_shape([None, config["input_dim"]]) if config.get("input_dim") else None
    return None


def call_shapes(layer: Layer, inputs: Sequence[Shape | None]) -> Shapes:
    """The outputs of one call of a layer."""
    if layer.is_model:
        return infer_shapes(layer, inputs)
    if layer.class_name == "InputLayer":
        return [input_shape(layer)]
    if layer.wrapped is not None and layer.wrapped.is_model:
        return _around_model(layer, layer.wrapped, inputs)
    shapes = output_shapes(layer.class_name, layer.config, inputs)
    if shapes == [None] and (built := as_shape(layer.build_shape)) is not None:
        return output_shapes(layer.class_name, layer.config, [built])
    return shapes


def _around_model(layer: Layer, model: Layer, inputs: Sequence[Shape | None]) -> Shapes:
    first = inputs[0] if inputs else None
    if layer.class_name != "TimeDistributed" or first is None or len(first) < 2:
        return [None]
    inner = infer_shapes(model, [(first[0], *first[2:])])[0]
    return [None if inner is None else (inner[0], first[1], *inner[1:])]


def _sequential(model: Layer, inputs: Sequence[Shape | None]) -> Shapes:
    shape = _sequential_input(model)
    shapes: Shapes = [shape if shape is not None else next(iter(inputs), None)]
    for layer in model.layers:
        if layer.class_name == "InputLayer":
            shapes = [input_shape(layer) or shapes[0]]
        else:
            shapes = call_shapes(layer, shapes[:1])
        layer.outputs = [shapes]
    return shapes


def _sequential_input(model: Layer) -> Shape | None:
    """A Sequential without an InputLayer has it in its first layer, or notes what it was built with."""
    first = model.layers[0] if model.layers else None
    while first is not None:
        if (shape := input_shape(first)) is not None:
            return shape
        first = first.layers[0] if first.layers else first.wrapped
    return as_shape(model.config.get("build_input_shape")) or as_shape(model.build_shape)


def _functional(model: Layer) -> Shapes:
    by_name = {layer.name: layer for layer in model.layers}
    noted = _noted_shapes(model)
    waiting: dict[tuple[str, int], list[tuple[Layer, int]]] = {}
    open_references: dict[tuple[int, int], int] = {}
    ready: deque[tuple[Layer, int]] = deque()
    for layer in model.layers:
        calls = layer.calls or [[]]
        layer.outputs = [[None]] * len(calls)
        for number, call in enumerate(calls):
            sources = {_source(by_name, reference) for reference in call} - {None}
            open_references[id(layer), number] = len(sources)
            for source in sources:
                if source is not None:
                    waiting.setdefault(source, []).append((layer, number))
            if not sources:
                ready.append((layer, number))
    while ready:
        layer, number = ready.popleft()
        call = layer.calls[number] if layer.calls else []
        shapes = call_shapes(layer, [_shape_of(by_name, reference) for reference in call])
        known = noted.get((layer.name, number), {})
        count = max(len(shapes), *(place + 1 for place in known), 1)
        shapes = [*shapes, *[None] * (count - len(shapes))]
        layer.outputs[number] = [known.get(place, shape) for place, shape in enumerate(shapes)]
        for reader, place in waiting.pop((layer.name, number), ()):
            open_references[id(reader), place] -= 1
            if not open_references[id(reader), place]:
                ready.append((reader, place))
    return [_shape_of(by_name, reference) for reference in references(model.config.get("output_layers"))] or [None]


def _source(by_name: dict[str, Layer], reference: Reference) -> tuple[str, int] | None:
    """The call that a reference means: numbers count from 1 for models used as layers in some files."""
    layer = by_name.get(reference.layer)
    return None if layer is None else (layer.name, min(max(reference.node, 0), max(len(layer.calls) - 1, 0)))


def _shape_of(by_name: dict[str, Layer], reference: Reference) -> Shape | None:
    if reference.shape is not None:
        return reference.shape
    source = _source(by_name, reference)
    if source is None:
        return None
    outputs = by_name[source[0]].outputs
    shapes = outputs[source[1]] if source[1] < len(outputs) else []
    return shapes[reference.output] if 0 <= reference.output < len(shapes) else None


def _noted_shapes(model: Layer) -> dict[tuple[str, int], dict[int, Shape]]:
    """The shapes that Keras 3 writes beside its references, by the call that makes them."""
    by_name = {layer.name: layer for layer in model.layers}
    noted: dict[tuple[str, int], dict[int, Shape]] = {}
    for layer in model.layers:
        for call in layer.calls:
            for reference in call:
                source = _source(by_name, reference)
                if source is not None and reference.shape is not None and 0 <= reference.output < 100:
                    noted.setdefault(source, {})[reference.output] = reference.shape
    return noted
