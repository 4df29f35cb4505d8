"""What stands in the columns of a results table, and what is said about a score: one description for all tables."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from inspector.analysis.evaluation_scores import SCORES
from inspector.analysis.evaluation_task import BINARY, MULTICLASS, MULTILABEL, REGRESSION
from inspector.analysis.pipeline_rows import AGREEMENT, SHARES, ResultRow
from inspector.analysis.pipelines import ResultSet
from inspector.analysis.resampling import BETTER, EQUAL, WORSE, Difference
from inspector.model.columns import Column
from inspector.model.text import bytes_text, percent_text

ARROWS = {BETTER: "▲", WORSE: "▼", EQUAL: "≈"}
SCORE_TITLES = {
    "accuracy": "Accuracy", "precision": "Precision", "recall": "Recall", "f1": "F1", "balanced_accuracy": "Balanced",
    "kappa": "Kappa", "hamming_loss": "Hamming", "jaccard": "Jaccard", "log_loss": "Log loss", "mae": "MAE",
    "rmse": "RMSE", "r2": "R2",
}  # fmt: skip
SCORE_TIPS = {
    "accuracy": "Share of right decisions; of several labels a sample, of all labels.",
    "precision": "Of what is said to be a class, the share that is; averaged over classes.",
    "recall": "Of what is a class, the share that is said to be; averaged over classes.",
    "f1": "Harmonic mean of precision and recall; averaged over classes.",
    "balanced_accuracy": "Mean recall of the classes: a rare class counts as much as a common one.",
    "kappa": "Cohen's kappa: agreement with the labels beyond chance, 1 at most.",
    "hamming_loss": "Share of labels that are wrong; lower is better.",
    "jaccard": "Labels in common over labels in either; averaged over labels.",
    "log_loss": "Mean of -log of the probability given to what is true; lower is better.",
    "mae": "Mean absolute error; lower is better.",
    "rmse": "Root of the mean squared error; lower is better.",
    "r2": "1 - squared error over variance: 1 is perfect, 0 as good as the mean.",
}
_USUAL = {
    MULTICLASS: ("accuracy", "f1", "kappa"), BINARY: ("accuracy", "f1", "kappa"),
    MULTILABEL: ("accuracy", "f1", "hamming_loss"), REGRESSION: ("rmse", "mae", "r2"),
}  # fmt: skip
"""What is shown of a task where the plan names nothing."""


def shown_scores(results: ResultSet) -> tuple[str, ...]:
    """The scores that matter: those the plan names, and of a task that has none of them the usual ones."""
    held = {name for name in SCORES if any(each.score(name) is not None for each in results.done)}
    chosen = [name for name in dict.fromkeys(results.metrics) if name in held]
    for each in results.done:
        if not any(each.score(name) is not None for name in chosen):
            chosen += [name for name in _USUAL.get(each.task, ()) if name in held and name not in chosen]
    return tuple(chosen)


def score_title(name: str, within: bool = False) -> str:
    """`Kappa`, `Agreement`; `within` a sentence `kappa`, but `MAE` and `F1`."""
    title = SCORE_TITLES.get(name, "Agreement")
    return title[0].lower() + title[1:] if within and title[1].islower() else title


def score_text(name: str, value: float | None) -> str:
    """`98.4 %` for a share, `0.9821` for another score."""
    return "" if value is None else percent_text(value) if name in SHARES else f"{value:.4f}"


def change_text(name: str, each: Difference) -> str:
    """`-0.9`: percentage points of a share, else the score's own unit."""
    return _signed(name, each.value)


def difference_text(name: str, each: Difference) -> str:
    """`-0.9 points, 95 % -1.7 to -0.2`: points of a share, else the score's own unit."""
    unit = " points" if name in SHARES else ""
    return f"{_signed(name, each.value)}{unit}, 95 % {_signed(name, each.low)} to {_signed(name, each.high)}"


def _signed(name: str, change: float) -> str:
    return f"{100 * change:+.1f}" if name in SHARES else f"{change:+.4f}"


def score_tip(row: ResultRow, name: str, reference: str) -> str:
    """What stands behind a score: its interval, and how it differs from the reference, in words."""
    if row.result.score(name) is None:
        return row.result.sentence
    lines = [f"{SCORE_TITLES[name]} {score_text(name, row.result.score(name))}"]
    ends = row.result.interval(name)
    if ends is not None:
        lines.append(f"95 % interval {score_text(name, ends[0])} to {score_text(name, ends[1])}")
    each = row.difference(name)
    if each is not None:
        word = "about equal to" if each.verdict == EQUAL else f"{each.verdict} than"
        lines.append(f"{word.capitalize()} {reference}: {difference_text(name, each)}")
    return "\n".join(lines)


def score_columns(name: str) -> tuple[Column[ResultRow], ...]:
    """The score itself, and for files its interval and what differs from the reference."""

    def ends(place: int) -> Callable[[ResultRow], float | None]:
        return lambda row: None if (found := row.result.interval(name)) is None else found[place]

    def apart(part: str) -> Callable[[ResultRow], float | str | None]:
        return lambda row: None if (found := row.difference(name)) is None else getattr(found, part)

    parts = (
        ("low", ends(0)), ("high", ends(1)), ("difference", apart("value")), ("difference_low", apart("low")),
        ("difference_high", apart("high")), ("verdict", apart("verdict")),
    )  # fmt: skip
    title = SCORE_TITLES[name]
    return (
        Column(name, title, lambda row: row.result.score(name), lambda row: score_text(name, row.result.score(name)),
               style="number", tip=SCORE_TIPS[name]),
        *(Column(f"{name}_{part}", f"{title} {part.replace('_', ' ')}", value, shown=False, style="number")
          for part, value in parts),
    )  # fmt: skip


def _ratio_text(row: ResultRow) -> str:
    return "" if row.ratio is None else f"{row.ratio:.2f} ×"


def _latency_text(row: ResultRow) -> str:
    value = row.result.latency_ms
    return "" if value is None else f"{value:.3f}" if value < 10 else f"{value:,.1f}"


RESULT_COLUMNS: tuple[Column[ResultRow], ...] = (
    Column("model", "Model", lambda row: row.model, tip="The file that was quantized."),
    Column("recipe", "Scheme", lambda row: row.result.recipe, lambda row: row.result.scheme,
           tip="How it was quantized."),
    Column("seed", "Seed", lambda row: row.result.seed, style="number", shown=False,
           tip="Of the choice of calibration samples."),
    Column("state", "State", lambda row: row.result.state, shown=False),
    *(column for name in SCORES for column in score_columns(name)),
    Column(AGREEMENT, "Agreement", lambda row: row.agreement(), lambda row: percent_text(row.agreement()),
           style="number", tip="Share of the reference's decisions that are the same; it needs no labels."),
    Column("mean_difference", "Mean difference", lambda row: row.agreement("mean_difference"), style="number",
           shown=False, tip="Mean absolute difference of the outputs from the reference's."),
    Column("max_difference", "Largest difference", lambda row: row.agreement("max_difference"), style="number",
           shown=False, tip="Largest absolute difference of the outputs from the reference's."),
    Column("size_bytes", "Bytes", lambda row: row.result.size_bytes, lambda row: bytes_text(row.result.size_bytes),
           style="bytes", tip="Size of the model's file."),
    Column("ratio", "Ratio", lambda row: row.ratio, _ratio_text, style="number",
           tip="Bytes of the file over those of the reference."),
    Column("source_bytes", "Source", lambda row: row.result.source_bytes or None,
           lambda row: bytes_text(row.result.source_bytes or None), style="bytes", shown=False,
           tip="Size of the file that it was made from."),
    Column("latency_ms", "ms", lambda row: row.result.latency_ms, _latency_text, style="number",
           tip="Median milliseconds a sample, one at a time on one thread of the machine that ran it."),
    Column("samples", "Samples", lambda row: row.result.row.get("samples"), style="number", shown=False),
    Column("task", "Task", lambda row: row.result.task, shown=False),
    Column("seconds", "Seconds", lambda row: row.result.seconds, lambda row: f"{row.result.seconds:,.1f}",
           style="number", shown=False, tip="What making and evaluating it took."),
    Column("key", "Key", lambda row: row.result.key, shown=False),
    Column("sentence", "Failure", lambda row: row.result.sentence, shown=False),
)  # fmt: skip


def label_column(label: str) -> Column[ResultRow]:
    """One of the plan's own group labels."""
    return Column(f"group_{label}", label, lambda row: row.result.groups.get(label, ""))


def result_columns(results: ResultSet, rows: Sequence[ResultRow]) -> tuple[Column[ResultRow], ...]:
    """RESULT_COLUMNS as far as any row says something there; the plan's labels behind the scheme, the scores that
    matter before the others, which are not shown at first."""
    known = {column.key: column for column in RESULT_COLUMNS}
    wanted = shown_scores(results)
    held = [name for name in SCORES if any(row.result.score(name) is not None for row in rows)]
    scores = [column for name in dict.fromkeys((*wanted, *held)) for column in score_columns(name)]
    beside = {column.key for name in SCORES for column in score_columns(name)}
    head = [known[key] for key in ("model", "recipe")]
    rest = [column for column in RESULT_COLUMNS if column not in head and column.key not in beside]
    several = len({each.seed for each in results.pipelines}) > 1
    chosen = [*head, *map(label_column, results.labels), *rest[:2], *scores, *rest[2:]]
    hidden = {*held} - {*wanted} | (set() if several else {"seed"})

    def says(column: Column[ResultRow]) -> bool:
        return column.key in ("state", "key") or any(column.value(row) not in (None, "") for row in rows)

    def shown(column: Column[ResultRow]) -> bool:
        return column.key not in hidden and (column.shown or (several and column.key == "seed"))

    return tuple(replace(column, shown=shown(column)) for column in chosen if says(column))
