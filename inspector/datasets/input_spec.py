"""What one input of a model takes: its name, shape and type, whatever file the model came from."""

from dataclasses import dataclass, field, replace

from inspector.model import Model, Tensor


@dataclass(frozen=True, slots=True)
class InputSpec:
    """`shape` with the batch dimension first and -1 for a dynamic dimension; `type` in the schema's capitals.

    `name` is the signature's name of the input where there is one, else the tensor's or the Keras input's;
    `tensor_name` is what the tensor is called. `low` to `high` is the range its values should have, None where the
    model doesn't tell; `because` says what tells it, such as "its layer rescaling is Rescaling(1/255)"; `strict` where
    values outside are no rows of a table and stop the model. `model` is where it is from, for a look at its weights.
    """

    name: str
    shape: tuple[int, ...]
    type: str
    tensor_name: str = ""
    low: float | None = None
    high: float | None = None
    because: str = ""
    strict: bool = False
    model: Model | None = field(default=None, repr=False, compare=False)

    @property
    def batched(self) -> bool:
        """Whether the first dimension counts samples: it is 1 or dynamic. A shape of [15600] is one sample."""
        return bool(self.shape) and self.shape[0] in (1, -1)

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one sample, without the batch dimension."""
        return self.shape[1:] if self.batched else self.shape

    @property
    def names(self) -> tuple[str, ...]:
        """Every name an array for this input may have."""
        plain = self.tensor_name.removesuffix(":0").removeprefix("serving_default_")
        return tuple(dict.fromkeys(name for name in (self.name, self.tensor_name, plain) if name))


def input_specs(model: Model) -> tuple[InputSpec, ...]:
    """The inputs of a model in order: of its first subgraph, or of the Keras model."""
    from inspector.datasets.expected_range import with_range

    names = _signature_names(model)
    specs = [_spec(model, tensor, names.get(tensor.index, tensor.name)) for tensor in model.inputs()]
    return tuple(with_range(spec, model, position) for position, spec in enumerate(specs))


def real_specs(model: Model) -> tuple[InputSpec, ...]:
    """The inputs, FLOAT32 where they are quantized: samples are given as real values and quantized as they are set."""
    quantized = [each.type.name != "FLOAT32" and isinstance(each.scale, float) for each in model.inputs()]
    specs = zip(input_specs(model), quantized, strict=True)
    return tuple(replace(spec, type="FLOAT32") if real else spec for spec, real in specs)


def _spec(model: Model, tensor: Tensor, name: str) -> InputSpec:
    shape = tensor.shape_signature or tensor.shape
    return InputSpec(name, tuple(max(size, -1) for size in shape), tensor.type.name, tensor.name, model=model)


def _signature_names(model: Model) -> dict[int, str]:
    """Tensor index -> name, from the first signature of the first subgraph that names all its inputs."""
    inputs = {tensor.index for tensor in model.inputs()}
    for signature in model.signatures:
        if signature.subgraph == 0 and inputs <= set(signature.inputs.values()):
            return {index: name for name, index in signature.inputs.items()}
    return {}
