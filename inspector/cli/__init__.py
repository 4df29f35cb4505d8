"""The command line: one file per command, with its arguments, its call and its output."""

COMMANDS: dict[str, str] = {
    "show": "inspector.cli.show",
    "tensors": "inspector.cli.tensors",
    "operators": "inspector.cli.operators",
    "weights": "inspector.cli.weights",
    "histogram": "inspector.cli.histogram",
    "values": "inspector.cli.values",
    "compare": "inspector.cli.compare",
    "export-c": "inspector.cli.export_c",
    "export-model-explorer": "inspector.cli.export_model_explorer",
    "quantize": "inspector.cli.quantize",
    "debug": "inspector.cli.debug",
    "suggest": "inspector.cli.suggest",
    "ranges": "inspector.cli.ranges",
    "evaluate": "inspector.cli.evaluate",
    "run": "inspector.cli.run",
    "sweep": "inspector.cli.sweep",
    "report": "inspector.cli.report",
    "desktop": "inspector.cli.desktop",
}
"""Each command and its module, in the order `--help` lists them.

A module has NAME, HELP (one line), DESCRIPTION (a paragraph that teaches), EXAMPLES (command lines, one a line),
`add_arguments(parser)` and `run(arguments) -> int`, the exit code. It is imported when its command is asked for.
"""
