"""What a running sweep tells of one of its pipelines: where it is, and what it came to."""

from dataclasses import asdict, dataclass, fields
from typing import Any

WAITING, RUNNING, DONE, FAILED, KEPT = "waiting", "running", "done", "failed", "kept"


@dataclass(frozen=True, slots=True)
class PipelineNews:
    """A sweep tells one for each pipeline when it begins (`waiting`, or `kept` for one that is in the store already)
    and one each time something of it changes; `jobs.reporter.tell` takes it as `to_dict` gives it.

    `key` names the pipeline among all of the sweep; `step` says in words what it does, `fraction` is None where it is
    not known; `seconds` it ran; `score` is the first of the plan's metrics that the task has, None until it is known,
    with its name in `metric`; `sentence` says why it failed.
    """

    key: str
    model: str
    recipe: str
    seed: int = 0
    state: str = WAITING
    step: str = ""
    fraction: float | None = None
    seconds: float = 0.0
    metric: str = ""
    score: float | None = None
    sentence: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "PipelineNews":
        """Unknown values are left out. Raises TypeError where key, model or recipe are missing."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})
