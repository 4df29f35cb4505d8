"""The arguments that several commands share, worded once."""

import argparse


def add_files(parser: argparse.ArgumentParser) -> None:
    """FILE ..., with `--strict`."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a .tflite, .h5, .hdf5, .keras or .weights.h5 file; several at once"
    )
    add_strict(parser)


def add_file(parser: argparse.ArgumentParser) -> None:
    """One FILE, with `--strict`."""
    parser.add_argument("file", metavar="FILE", help="a .tflite, .h5, .hdf5, .keras or .weights.h5 file")
    add_strict(parser)


def add_strict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strict", action="store_true", help="exit with 1 when a file is damaged, even where it can be shown"
    )


def add_tensor(parser: argparse.ArgumentParser) -> None:
    """TENSOR, as `cli.tensor_choice.choose_tensor` understands it."""
    parser.add_argument(
        "tensor", metavar="TENSOR", help="T#9 or 9 (in subgraph 1: T#1_9), its name, or a part only its name has"
    )


def add_formats(parser: argparse.ArgumentParser) -> None:
    """`--json`, `--csv`, `-o FILE` and `--force`; text for people is what they replace."""
    formats = parser.add_mutually_exclusive_group()
    formats.add_argument(
        "--json", action="store_const", const="json", dest="format", help="JSON for scripts; a stable interface"
    )
    formats.add_argument(
        "--csv", action="store_const", const="csv", dest="format", help="CSV for spreadsheets and pandas"
    )
    parser.set_defaults(format="text")
    add_output(parser, "write to FILE instead of the screen")


def add_output(parser: argparse.ArgumentParser, help_text: str, required: bool = False) -> None:
    """`-o FILE` and `--force`."""
    parser.add_argument("-o", "--output", metavar="FILE", required=required, help=help_text)
    parser.add_argument("--force", action="store_true", help="overwrite without asking")


def add_all(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--all", action="store_true", help="the optimizer's state of a Keras file too, which is no part of the model"
    )
