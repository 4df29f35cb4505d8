"""The task "quantize": a source is loaded, converted and calibrated once, and all variants are made of that."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from inspector.analysis.progress import Progress
from inspector.errors import DataError, JobError, UsageError
from inspector.jobs.keras_loading import models_forgotten
from inspector.jobs.options import QuantizeOptions, to_dict
from inspector.jobs.provenance import Provenance, provenance_path, sha256_of, versions
from inspector.jobs.recipes import Recipe, recipe
from inspector.jobs.scratch import deliver
from inspector.jobs.sources import TFLITE, Source, check_targets, open_source, variant_paths
from inspector.jobs.steps import Steps
from inspector.jobs.variant_check import check_variant
from inspector.jobs.variant_maker import VariantMaker


def quantize(options: QuantizeOptions, progress: Progress, scratch: Path) -> dict[str, Any]:
    """Makes the variants; they appear together at the end, or none does.

    Returns {"variants": [{"recipe", "path", "size_bytes", "notes", "provenance"}], "failed": [{"recipe", "sentence"}]}.
    Raises UsageError, ModelFileError, DataError, JobError where nothing could be made.
    """
    recipes = [recipe(each) for each in dict.fromkeys(options.recipes)]
    if not recipes:
        raise UsageError("No recipe is chosen: there is nothing to make.")
    source = open_source(options.source)
    with nullcontext() if source.from_tflite else models_forgotten():
        return _quantize(options, source, recipes, progress, scratch)


def _quantize(
    options: QuantizeOptions, source: Source, recipes: list[Recipe], progress: Progress, scratch: Path
) -> dict[str, Any]:
    targets = dict(zip(options.recipes, variant_paths(options), strict=True))
    check_targets(list(targets.values()), options.overwrite)
    count = len(recipes) + any(each.calibrated for each in recipes) + (0 if source.kind == TFLITE else 3)
    steps = Steps(progress, count)
    maker = VariantMaker(options, source, recipes, steps, scratch)
    source_hash = sha256_of(source.path, progress)
    maker.load()
    made: list[dict[str, Any]] = []
    failed: list[dict[str, str]] = []
    for each in recipes:
        draft = scratch / targets[each.id].name
        try:
            draft.write_bytes(maker.make(each))
            steps.within(0.5, f"Checking {each.title}")
            notes = [*maker.notes(each), *check_variant(draft, each, options, maker.first_sample)]
        except (JobError, DataError) as error:
            failed.append({"recipe": each.id, "sentence": str(error)})
            continue
        text = _provenance(each, options, maker, source_hash, draft, notes).text
        provenance_path(draft).write_text(text, encoding="utf-8")
        target = targets[each.id]
        made.append({"recipe": each.id, "path": str(target), "size_bytes": draft.stat().st_size, "notes": notes,
                     "provenance": str(provenance_path(target))})  # fmt: skip
    if not made:
        raise JobError(" ".join(dict.fromkeys(each["sentence"] for each in failed)))
    _deliver([targets[variant["recipe"]] for variant in made], scratch)
    return {"variants": made, "failed": failed}


def _deliver(targets: list[Path], scratch: Path) -> None:
    """Variants and provenance files come into their places, all of them or none."""
    files = [each for target in targets for each in (target, provenance_path(target))]
    deliver([(scratch / each.name, each) for each in files], scratch)


def _provenance(
    made: Recipe, options: QuantizeOptions, maker: VariantMaker, source_hash: str, draft: Path, notes: list[str]
) -> Provenance:
    return Provenance(
        recipe=made.id,
        source=str(Path(options.source).expanduser().absolute()),
        source_sha256=source_hash,
        variant_sha256=sha256_of(draft),
        made_by=maker.backends[made.id],
        data=maker.data if made.calibrated else None,
        options=to_dict(options),
        notes=tuple(notes),
        versions=dict(versions()),
    )
