"""What checking data found: a sentence and how much it matters."""

from dataclasses import dataclass

from inspector.model.finding import Level


@dataclass(frozen=True, slots=True)
class Notice:
    """`level` GOOD says that something was looked at and is right; `text` is one sentence for the user."""

    level: Level
    text: str
