"""Reading a model, all checks on, beside the official accessors walking the same fields, in one run.

`python -m tests.benchmarks.reading [--model w] [--folder FOLDER] [--rounds 3]` prints a Markdown table; the accessors
take 5 to 10 s a round on the wide model.
"""

import argparse
from pathlib import Path

from tests.benchmarks.big_models import MODELS, big_model
from tests.benchmarks.measure import interleaved, run_function, table


def read_here(path: Path) -> int:
    """Opens the model and makes every column a list."""
    from inspector.formats import open_model

    model = open_model(path)
    count = 0
    for subgraph in model.subgraphs:
        tensors, operators = subgraph.tensor_columns, subgraph.operator_columns
        columns = (tensors.names, tensors.types, tensors.shapes, tensors.buffers, tensors.stored_bytes, tensors.kinds,
                   tensors.quantization.scales, tensors.quantization.zero_points,
                   operators.op_names, operators.inputs, operators.outputs)  # fmt: skip
        count += sum(map(len, columns))
    return count


def read_with_accessors(path: Path) -> int:
    """The same fields with the generated accessors, the file mapped; nothing is checked."""
    import mmap

    from ai_edge_litert import schema_py_generated as schema

    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        model = schema.Model.GetRootAs(data, 0)
        sizes = [model.Buffers(i).DataLength() for i in range(model.BuffersLength())]
        codes = [model.OperatorCodes(i) for i in range(model.OperatorCodesLength())]
        names = [max(code.BuiltinCode(), code.DeprecatedBuiltinCode()) for code in codes]
        kept: list[object] = []
        for s in range(model.SubgraphsLength()):
            graph = model.Subgraphs(s)
            for i in range(graph.TensorsLength()):
                tensor = graph.Tensors(i)
                quantization = tensor.Quantization()
                shape = tensor.ShapeAsNumpy().tolist() if tensor.ShapeLength() else []
                scale: object = None
                if quantization is not None and quantization.ScaleLength():
                    scale = quantization.ScaleAsNumpy().tolist(), quantization.ZeroPointAsNumpy().tolist()
                name = tensor.Name()
                kept.append((name.decode() if name else "", tensor.Type(), shape, tensor.Buffer(),
                             sizes[tensor.Buffer()], tensor.IsVariable(), scale))  # fmt: skip
            for i in range(graph.OperatorsLength()):
                operator = graph.Operators(i)
                kept.append((names[operator.OpcodeIndex()], operator.InputsAsNumpy().tolist(),
                             operator.OutputsAsNumpy().tolist()))  # fmt: skip
    return len(kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", choices=sorted(MODELS), default="w")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    path = big_model(arguments.model, arguments.folder)
    read_here(path), read_with_accessors(path.with_name(path.name))  # imports and caches are warm
    found = interleaved(
        {"accessors": lambda: run_function(lambda: read_with_accessors(path)),
         "this program": lambda: run_function(lambda: read_here(path))},
        arguments.rounds, warm_up=False,
    )  # fmt: skip
    print(f"{path.name}, {path.stat().st_size / 1e6:,.1f} MB, {arguments.rounds} rounds\n")
    print(table(found, "accessors"))


if __name__ == "__main__":
    main()
