"""What a results table says in a sentence or two: what is done, and which schemes cost something."""

from collections.abc import Sequence

from inspector.analysis.pipeline_columns import score_title
from inspector.analysis.pipeline_rows import ResultRow
from inspector.analysis.pipelines import ResultSet
from inspector.analysis.resampling import BETTER, WORSE
from inspector.model.text import listed, plural


def headline(results: ResultSet, rows: Sequence[ResultRow], metric: str, reference: str = "") -> str:
    """`34 of 35 pipelines done, 1 failed. Accuracy against float32 of the same model: DRQ is about equal, FIQ uint8 is
    worse for 2 of 6.`"""
    done, count, failed = len(results.done), len(results.pipelines), len(results.failed)
    first = f"{done:,} of {plural(count, 'pipeline')} done" if done < count else f"{plural(count, 'pipeline')} done"
    first += f", {failed:,} failed." if failed else "."
    said = _verdicts(rows, metric) if reference else ""
    if not said:
        return first
    return f"{first} {score_title(metric)} against {reference}: {said}."


def _verdicts(rows: Sequence[ResultRow], metric: str) -> str:
    """What became of the models in each scheme; "" where nothing is compared."""
    schemes: dict[str, list[str]] = {}
    for row in rows:
        apart = row.difference(metric)
        if apart is not None:
            schemes.setdefault(row.result.scheme, []).append(apart.verdict)
    if not schemes:
        return ""
    if all(verdict not in (WORSE, BETTER) for verdicts in schemes.values() for verdict in verdicts):
        return "nothing differs by more than chance"
    alike: dict[str, list[str]] = {}
    for scheme, verdicts in schemes.items():
        counts = ((word, verdicts.count(word)) for word in (WORSE, BETTER))
        words = " and ".join(f"{word}{_of(number, len(verdicts))}" for word, number in counts if number)
        alike.setdefault(words or "about equal", []).append(scheme)
    return ", ".join(f"{listed(held)} {'is' if len(held) == 1 else 'are'} {words}" for words, held in alike.items())


def _of(number: int, count: int) -> str:
    """How many of its models; "" of a single one."""
    if number == count:
        return "" if count == 1 else " for both" if count == 2 else f" for all {count:,}"
    return f" for {number:,} of {count:,}"
