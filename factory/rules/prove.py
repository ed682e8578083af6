"""The proof: a rule's Python function means what the rule says, for all inputs; and the rule itself is sound.

Shown with z3, over exact numbers, with every input free to be missing:

- the function gives the rule's decision, by the rule's branch, and never raises;
- every branch decides some input;
- every input whose values are all known reaches a decision;
- no decision rests on a missing value: whatever the missing values are, the decision would be the same.

The rule's side comes from its tree (`meaning`), the function's from its source (`python_terms`). A failed proof is a
`Defect` with an input that shows it. Decidable for linear arithmetic; where z3 finds no answer in time, that is a
defect too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import z3

from factory.rules.meaning import Meaning
from factory.rules.python_terms import Interpreter
from factory.rules.symbols import Codes, ProofError, Symbol, Term, show
from factory.rules.tree import Expression, IsMissing, Name, Rule, Variable, argument, walk
from templates.workflows.logic import REVIEW, UNDECIDED

MILLISECONDS = 20_000
"""For one question to z3."""

Claim = Literal["equal", "raises", "unreachable", "undecided", "missing", "unproven"]


@dataclass(frozen=True)
class Defect:
    """A claim that does not hold, and an input that shows it (values as people write them)."""

    claim: Claim
    message: str
    example: Mapping[str, str] = field(default_factory=dict)
    branch: int | None = None

    def __str__(self) -> str:
        shown = ", ".join(f"{name} = {value}" for name, value in self.example.items())
        return f"{self.message}; for {shown}" if shown else self.message


@dataclass(frozen=True)
class Proof:
    """What was shown of one rule, and what failed."""

    rule: str
    shown: tuple[str, ...]
    defects: tuple[Defect, ...]
    decided_by: tuple[Mapping[str, str], ...] = ()
    """For each branch, an input that it decides."""

    @property
    def holds(self) -> bool:
        """Whether nothing failed."""
        return not self.defects


def prove(
    rule: Rule, source: str, assumptions: Sequence[Expression] = (), variables: Mapping[str, Variable] | None = None
) -> Proof:
    """Prove `source`'s function `rule.name` against the rule.

    `assumptions` are conditions checked before the rule runs (`validation`): where one is false a person decides, so
    they count as not false here. `variables` types the names they read.
    """
    return _Prover(rule, source, assumptions, variables or {}).run()


class _Prover:
    def __init__(
        self, rule: Rule, source: str, assumptions: Sequence[Expression], variables: Mapping[str, Variable]
    ) -> None:
        self.rule, self.source = rule, source
        self.codes = Codes()
        self.codes.outcome(REVIEW, UNDECIDED)
        relevant = [one for one in assumptions if _names(one) & set(rule.inputs)]
        named = {**{name: variables[name] for one in relevant for name in sorted(_names(one))}, **rule.inputs}
        self.symbols = {name: Symbol.make(name, variable) for name, variable in named.items()}
        self.assumptions = relevant
        self.shown: list[str] = []
        self.defects: list[Defect] = []
        self.decided: list[Mapping[str, str]] = []

    def run(self) -> Proof:
        meaning = Meaning(self.symbols, self.codes)
        outcome = meaning.outcome(self.rule)
        interpreter = Interpreter("", self.codes)
        try:
            interpreter = Interpreter(self.source, self.codes)
            inputs = {argument(name): self.symbols[name].value for name in self.rule.inputs}
            code = interpreter.call(self.rule.name, inputs)
            if code.kind != "outcome":
                raise ProofError("it gives no Outcome")
            self._equal(outcome, code.value, z3.Or(z3.Not(code.known), *interpreter.faults))
        except ProofError as error:
            self.defects.append(Defect("unproven", f"{self.rule.name}: {error}"))
        self._reachable(outcome, meaning)
        self._decided(meaning)
        if self.rule.when_missing == "review" and not self._asks_for_missing():
            self._rests_on_nothing_missing(outcome)
        return Proof(self.rule.name, tuple(self.shown), tuple(self.defects), tuple(self.decided))

    def _equal(self, outcome: Term, code: Term, faults: Term) -> None:
        answer, model = self._ask(faults)
        if model is not None:
            self._defect("raises", "the code raises", model)
        elif self._proven(answer, "the code never raises"):
            answer, model = self._ask(z3.Not(faults), outcome != code)
            if model is not None:
                said, does = self._outcome(model, outcome), self._outcome(model, code)
                self._defect("equal", f"the rule says {said}, the code {does}", model)
            else:
                self._proven(answer, "the code equals the rule for all inputs")

    def _reachable(self, outcome: Term, meaning: Meaning) -> None:
        conditions = meaning.conditions(self.rule)
        for number, branch in enumerate(self.rule.branches, start=1):
            answer, model = self._ask(outcome == self.codes.outcome(branch.decision, number))
            if model is not None:
                self.decided.append(self._example(model))
                continue
            if answer == "unknown":
                self._proven(answer, "")
                continue
            what = f"branch {number} ({branch.decision}: {branch.text or 'ELSE'}) decides nothing"
            _, model = self._ask(conditions[number - 1].true)
            if model is None:
                self.defects.append(Defect("unreachable", f"{what}: no input meets it", {}, number))
            else:
                first = self._outcome(model, outcome)
                self._defect("unreachable", f"{what}: earlier branches do, here {first}", model, number)
        if not any(defect.claim == "unreachable" for defect in self.defects):
            self.shown.append("every branch decides some input")

    def _decided(self, meaning: Meaning) -> None:
        known = [symbol.value.known for symbol in self.symbols.values()]
        none = [one.false for one in meaning.conditions(self.rule)]
        answer, model = self._ask(*known, *none)
        if model is not None:
            self._defect("undecided", "no branch decides; add ELSE", model)
        else:
            self._proven(answer, "every input reaches a decision")

    def _rests_on_nothing_missing(self, outcome: Term) -> None:
        """No two inputs that agree where the first is known, of which the first is decided and the second otherwise."""
        twins = {name: Symbol.make(name, symbol.variable, " completed") for name, symbol in self.symbols.items()}
        completed = Meaning(twins, self.codes).outcome(self.rule)
        agree = [
            z3.Implies(symbol.value.known, symbol.base == twins[name].base) for name, symbol in self.symbols.items()
        ]
        facts = [term for twin in twins.values() for term in (twin.value.known, *twin.domain(self.codes))]
        undecided = self.codes.outcome(REVIEW, UNDECIDED)
        decision = [self._decision(term) for term in (outcome, completed)]
        valid = [z3.Not(Meaning(twins, self.codes).truth(one).false) for one in self.assumptions]
        answer, model = self._ask(
            outcome != undecided, completed != undecided, decision[0] != decision[1], *agree, *facts, *valid
        )
        if model is not None:
            self._defect("missing", "the decision rests on a missing value", model)
        else:
            self._proven(answer, "no decision rests on a missing value")

    def _decision(self, outcome: Term) -> Term:
        """The decision of an outcome's code, whichever branch gave it."""
        names = {decision: place for place, decision in enumerate(dict.fromkeys(key[0] for key in self.codes.outcomes))}
        result: Any = z3.IntVal(-1)
        for (decision, _), code in self.codes.outcomes.items():
            result = z3.If(outcome == code, z3.IntVal(names[decision]), result)
        return result

    def _asks_for_missing(self) -> bool:
        conditions = [branch.condition for branch in self.rule.branches if branch.condition is not None]
        return any(isinstance(node, IsMissing) for condition in conditions for node in walk(condition))

    def _ask(self, *terms: Term) -> tuple[str, Any]:
        """`sat` with a model, `unsat` or `unknown`."""
        solver = z3.Solver()
        solver.set("timeout", MILLISECONDS)
        meaning = Meaning(self.symbols, self.codes)
        for symbol in self.symbols.values():
            solver.add(*symbol.domain(self.codes))
        solver.add(*(z3.Not(meaning.truth(one).false) for one in self.assumptions), *terms)
        answer = solver.check()
        return str(answer), solver.model() if answer == z3.sat else None

    def _proven(self, answer: str, claim: str) -> bool:
        if answer == "unsat":
            self.shown.append(claim)
            return True
        message = f"no proof in {MILLISECONDS // 1000} s that {claim or 'a branch is reached'}; use simpler arithmetic"
        self.defects.append(Defect("unproven", message))
        return False

    def _defect(self, claim: Claim, message: str, model: Any, branch: int | None = None) -> None:
        self.defects.append(Defect(claim, message, self._example(model), branch))

    def _example(self, model: Any) -> dict[str, str]:
        values = {name: self.symbols[name].read(model, self.codes) for name in self.rule.inputs}
        return show(self.symbols, values)

    def _outcome(self, model: Any, term: Term) -> str:
        found = model.eval(term, model_completion=True).as_long()
        if found not in self.codes.outcomes.values():
            return "nothing"
        decision, branch = self.codes.outcome_of(found)
        return f"{decision} (branch {branch})" if branch else decision


def _names(node: Expression) -> set[str]:
    return {one.name for one in walk(node) if isinstance(one, Name)}
