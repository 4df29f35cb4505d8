"""Greedy search for a small set of operators that stay float, so that a quantized model scores near its float model.

An error that comes from the wide range of one activation only goes away when the operator that computes it and all
that read it stay float: so such groups are tried beside single operators. What is added is taken out again one by one
where it turns out not to be needed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from inspector.model import Model

NONE, ADD, DROP = "none", "add", "drop"
LATER_MOVES = 16
"""How many of the first round's best moves are tried again in each later round."""
_MOVERS = {
    "RESHAPE", "SQUEEZE", "EXPAND_DIMS", "TRANSPOSE", "MAX_POOL_2D", "PAD", "PADV2", "STRIDED_SLICE", "SLICE", "GATHER",
    "PACK", "UNPACK", "SPLIT", "RESIZE_NEAREST_NEIGHBOR", "SPACE_TO_DEPTH", "DEPTH_TO_SPACE",
}  # fmt: skip
"""Operators that pass values on as they are: alone they lose nothing."""

Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a set of operators gave: `score` decides, then `closeness` of the outputs to the float model's."""

    score: float
    closeness: float
    size_bytes: int

    @property
    def rank(self) -> tuple[float, float]:
        return round(self.score, 9), self.closeness


@dataclass(frozen=True, slots=True)
class Trial:
    """One set that was tried: in which `stage` (NONE: nothing stays float), in which round, and whether it was kept."""

    stage: str
    round: int
    names: Names
    outcome: Outcome
    kept: bool = False


def moves_of(model: Model) -> tuple[Names, ...]:
    """What can stay float together, by output names: each operator that computes, and each activation's maker with all
    its readers, through operators that only pass values on. Single ones first."""
    singles: list[Names] = []
    groups: list[Names] = []
    for operator in model.subgraphs[0].operators:
        if operator.op_name in _MOVERS or not (name := _output(model, operator.index)):
            continue
        singles.append(frozenset({name}))
        readers = _readers(model, operator.index)
        if readers:
            groups.append(frozenset({name, *(_output(model, each) for each in readers)} - {""}))
    return tuple(dict.fromkeys([*singles, *groups]))


def _readers(model: Model, index: int) -> set[int]:
    """The operators that read what `index` computes; where one passes it on, its readers too."""
    subgraph = model.subgraphs[0]
    found: set[int] = set()
    pending = [index]
    while pending:
        for tensor in subgraph.operators[pending.pop()].outputs:
            readers = subgraph.tensors[tensor].consumers if tensor >= 0 else ()
            for reader in readers:
                if reader.index not in found:
                    found.add(reader.index)
                    pending += [reader.index] if reader.op_name in _MOVERS else []
    return found


def _output(model: Model, index: int) -> str:
    """The name of a float output, "" where the operator has none."""
    subgraph = model.subgraphs[0]
    outputs = subgraph.operators[index].outputs
    if not outputs or outputs[0] < 0 or subgraph.tensors[outputs[0]].type.name != "FLOAT32":
        return ""
    return subgraph.tensors[outputs[0]].name


class FloatSearch:
    """`trials` are all sets that were tried, in order; `found` is the set that was kept, `reached` whether its score is
    at least `target`."""

    def __init__(
        self,
        moves: Sequence[Names],
        evaluate: Callable[[Names], Outcome],
        target: float,
        most: int = 0,
        tell: Callable[[float, str], None] = lambda _share, _message: None,
    ) -> None:
        """`evaluate` makes and scores a model; `most` operators may stay float, 0: all. `tell` gets the share that is
        probably done, and may raise Cancelled."""
        self._moves, self._evaluate, self._target, self._most = moves, evaluate, target, most
        self._tell = tell
        self._known: dict[Names, Outcome] = {}
        self._left, self._share = len(moves), 0.0
        self.trials: list[Trial] = []
        self.found: Names = frozenset()
        self.reached = False

    def run(self) -> None:
        """Searches until the target is reached or nothing helps any more."""
        outcome = self._try(frozenset(), NONE, 0, "all integer")
        self._keep(frozenset(), outcome)
        moves = list(self._moves)
        for number in range(1, len(self._moves) + 1):
            if self.reached:
                break
            moves = self._round(moves, number)
            if not moves:
                break
        self._drop()

    def _round(self, moves: list[Names], number: int) -> list[Names]:
        """Adds the best move; returns those to try in the next round, none where nothing helped."""
        before = self._known[self.found]
        sets = {move: self.found | move for move in moves}
        sets = {move: each for move, each in sets.items() if each != self.found and self._allowed(each)}
        self._left = len(sets) + LATER_MOVES
        outcomes = {}
        for place, (move, names) in enumerate(sets.items(), 1):
            outcomes[move] = self._try(names, ADD, number, f"round {number}, {place} of {len(sets)}")
        if not outcomes:
            return []
        enough = [move for move in outcomes if outcomes[move].score >= self._target]
        if enough:
            best = min(enough, key=lambda move: (len(sets[move]), outcomes[move].size_bytes))
        else:
            best = max(outcomes, key=lambda move: outcomes[move].rank)
        if outcomes[best].rank <= before.rank:
            return []
        self._keep(sets[best], outcomes[best])
        ranked = sorted(outcomes, key=lambda move: outcomes[move].rank, reverse=True)
        near = [move for move in self._moves if move & self.found and not move <= self.found]
        return list(dict.fromkeys([*ranked[:LATER_MOVES], *near]))

    def _drop(self) -> None:
        """Takes out each operator without which the score stays; those that hold most bytes first."""
        names = sorted(self.found)
        outcomes = {}
        for place, name in enumerate(names, 1):
            if len(names) > 1:
                without = self.found - {name}
                outcomes[name] = self._try(without, DROP, place, f"without {place} of {len(names)}")
        for name in sorted(outcomes, key=lambda each: outcomes[each].size_bytes):
            without = self.found - {name}
            if not without:
                break
            outcome = self._try(without, DROP, len(names), "what is not needed")
            now = self._known[self.found]
            if outcome.score >= self._target if self.reached else outcome.rank >= now.rank:
                self._keep(without, outcome)

    def _allowed(self, names: Names) -> bool:
        return not self._most or len(names) <= self._most

    def _try(self, names: Names, stage: str, number: int, message: str) -> Outcome:
        if names not in self._known:
            done = len(self._known)
            self._share = max(self._share, done / (done + max(self._left, 1)))
            self._tell(self._share, f"Trying {message}")
            self._known[names] = self._evaluate(names)
            self._left -= 1
            self.trials.append(Trial(stage, number, names, self._known[names]))
        return self._known[names]

    def _keep(self, names: Names, outcome: Outcome) -> None:
        self.found, self.reached = names, outcome.score >= self._target
        self.trials = [replace(each, kept=True) if each.names == names else each for each in self.trials]


def ordered_names(names: Iterable[str], model: Model) -> list[str]:
    """Output names in the order of the operators."""
    subgraph = model.subgraphs[0]
    places = {subgraph.tensors[index].name: operator.index for operator in subgraph.operators
              for index in operator.outputs if index >= 0}  # fmt: skip
    return sorted(names, key=lambda name: places.get(name, len(places)))
