"""What a debugging writes: CSVs with TensorFlow's columns, and the quantized model with its provenance beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from inspector.errors import JobError
from inspector.export.atomic_file import atomic_files
from inspector.formats.layer_csv import layer_csv_lines
from inspector.jobs.calibration_cache import CalibratedModel
from inspector.jobs.options import DebugOptions, to_dict
from inspector.jobs.provenance import Provenance, provenance_path, sha256_of, versions
from inspector.jobs.recipes import variant_name
from inspector.jobs.scratch import DELIVERY, deliver
from inspector.model.layer_table import LayerTable

RECIPE = "int8_float_io"


def csv_paths(output: str, errors: Sequence[str]) -> dict[str, Path]:
    """layers.csv for the first of the errors, layers.cumulative.csv beside it for the second."""
    if not output:
        return {}
    path = Path(output).expanduser().absolute()
    names = [path, *(path.with_name(f"{path.stem}.{kind}{path.suffix}") for kind in errors[1:])]
    return dict(zip(errors, names, strict=True))


def model_path(options: DebugOptions) -> Path | None:
    """Where the quantized model appears; None where nobody asked for it."""
    if not options.output_folder:
        return None
    stem = Path(options.source).expanduser().absolute().stem
    return Path(options.output_folder).expanduser().absolute() / variant_name(stem, RECIPE)


def write_csv(files: Mapping[str, Path], told: Mapping[str, Any], overwrite: bool) -> None:
    """One file for each error, all or none. Raises ExportError."""
    if not files:
        return
    with DELIVERY, atomic_files(list(files.values()), overwrite) as streams:
        for stream, kind in zip(streams, files, strict=True):
            table = replace(LayerTable.from_records(told[kind]["rows"]), extra={})
            stream.writelines(line.encode() for line in layer_csv_lines(table))


def deliver_model(
    target: Path, content: bytes, options: DebugOptions, calibrated: CalibratedModel, scratch: Path
) -> None:
    """The quantized model and its provenance come into their places, both or none. Raises JobError."""
    draft = scratch / target.name
    source = Path(options.source).expanduser().absolute()
    try:
        draft.write_bytes(content)
        provenance = Provenance(
            recipe=RECIPE,
            source=str(source),
            source_sha256=sha256_of(source),
            variant_sha256=sha256_of(draft),
            made_by="tensorflow",
            data={"path": options.data.path},
            options=to_dict(options),
            notes=calibrated.notes,
            versions=dict(versions()),
        )
        provenance_path(draft).write_text(provenance.text, encoding="utf-8")
    except OSError as error:
        raise JobError(f"{target} can't be written: {error.strerror or error}.") from error
    deliver([(draft, target), (provenance_path(draft), provenance_path(target))], scratch)
