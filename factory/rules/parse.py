"""The text of a rule to a typed tree. Every error says where it is, and the nearest known name."""

import difflib
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import cast

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

from factory.rules.errors import RuleError
from factory.rules.tree import (
    Arithmetic,
    Branch,
    Compare,
    Constant,
    Expression,
    IsMissing,
    Junction,
    Mentions,
    Name,
    Not,
    Operator,
    Relation,
    Rule,
    Type,
    Variable,
    WhenMissing,
    walk,
)

Variables = Mapping[str, Variable]
Node = Tree[Token]
_RELATIONS = {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}
_WORDS = {
    "_IF": "IF", "_THEN": "THEN", "_ELSE": "ELSE", "_AND": "AND", "_OR": "OR", "NAME": "a name", "NUMBER": "a number",
    "STRING": 'a "text"', "RPAR": ")", "LPAR": "(", "RELATION": "a comparison", "$END": "the end",
}  # fmt: skip


def parse_rule(name: str, text: str, variables: Variables, when_missing: WhenMissing = "review") -> Rule:
    """Read `logic:` text. Raises RuleError."""
    tree = _read(text, "rule")
    reader = _Reader(variables)
    branches: list[Branch] = []
    condition: Node | None = None
    for child in cast("list[Node]", tree.children):
        if child.data == "condition":
            condition = child
        else:
            outcome = cast(Node, child.children[0]) if child.data == "otherwise" else child
            branches.append(_branch(reader, text, name, len(branches) + 1, condition, outcome))
            condition = None
    named = [one for branch in branches if branch.condition for one in walk(branch.condition) if isinstance(one, Name)]
    inputs = {one.name: variables[one.name] for one in named}
    decisions = tuple(dict.fromkeys(branch.decision for branch in branches))
    return Rule(name, tuple(branches), inputs, when_missing, decisions)


def parse_condition(text: str, variables: Variables) -> Expression:
    """Read a condition alone, as `validation` holds them. Raises RuleError."""
    return _Reader(variables).boolean(cast(Node, _read(text, "condition").children[0]))


def _branch(reader: "_Reader", text: str, rule: str, number: int, condition: Node | None, outcome: Node) -> Branch:
    decision, reason = outcome.children[0], outcome.children[1]
    assert isinstance(decision, Token)
    written = "" if condition is None else " ".join(text[condition.meta.start_pos : condition.meta.end_pos].split())
    because = str(reason)[1:-1] if reason is not None else (written or "no condition before it is met")
    parsed = None if condition is None else reader.boolean(cast(Node, condition.children[0]))
    line = condition.meta.line if condition is not None else decision.line
    if "." in decision:
        raise RuleError(f"{decision} is no decision; use letters, digits and underscores", *_place(decision))
    return Branch(parsed, str(decision), because, line or 1, written)


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", start=["rule", "condition"], propagate_positions=True, maybe_placeholders=True)


def _read(text: str, start: str) -> Node:
    try:
        return _parser().parse(text, start)
    except UnexpectedCharacters as error:
        hint = f"; write {_SIGNS[error.char]}" if error.char in _SIGNS else ""
        raise RuleError(f"{error.char!r} does not belong here{hint}", error.line, error.column) from None
    except UnexpectedToken as error:
        at_end = error.token.type == "$END"
        lines = text.splitlines() or [""]
        place = (len(lines), len(lines[-1]) + 1) if at_end else (error.line, error.column)
        found = "the text ends" if at_end else f"{str(error.token)!r} stands"
        wanted = [_WORDS[name] for name in sorted(error.accepts or error.expected) if name in _WORDS]
        meant = "" if at_end else _meant(text, str(error.token), place)
        raise RuleError(f"{found} where {' or '.join(wanted) or 'something else'} is wanted{meant}", *place) from None
    except UnexpectedEOF:
        raise RuleError("the text ends too early", len(text.splitlines()), 1) from None


_SIGNS = {"&": "AND", "|": "OR", "!": "NOT, or !=", "'": 'texts in "double quotes"'}
_KEYWORDS = ("IF", "THEN", "ELSE", "ELSE IF", "AND", "OR", "NOT", "BETWEEN", "MENTIONS", "MISSING", "BECAUSE")


def _meant(text: str, token: str, place: tuple[int, int]) -> str:
    """What somebody may have meant who wrote `=>`, or misspelt a keyword."""
    line = text.splitlines()[place[0] - 1]
    pair = line[max(place[1] - 2, 0) : place[1]]
    if pair in ("=>", "=<"):
        return f"; did you mean {pair[::-1]!r}?"
    near = difflib.get_close_matches(token.upper(), _KEYWORDS, n=1, cutoff=0.7)
    return f"; did you mean {near[0]!r}?" if near and near[0] != token.upper() else ""


class _Reader:
    """Makes typed expressions of parsed ones."""

    def __init__(self, variables: Variables) -> None:
        self._variables = variables

    def boolean(self, node: Node) -> Expression:
        """A condition."""
        made = self.expression(node)
        if made.type != "boolean":
            raise RuleError(f"a condition is wanted here, not a {made.type}", *_place(node))
        return made

    def expression(self, node: Node) -> Expression:
        """Any expression. Raises RuleError with its place."""
        children = node.children
        match str(node.data):
            case "disjunction" | "conjunction" as word:
                parts = tuple(self.boolean(cast(Node, child)) for child in children)
                return Junction("or" if word == "disjunction" else "and", parts)
            case "negation":
                return Not(self.boolean(cast(Node, children[0])))
            case "is_missing":
                return IsMissing(self.expression(cast(Node, children[0])))
            case "is_known":
                return Not(IsMissing(self.expression(cast(Node, children[0]))))
            case "compare":
                return self._compare(cast(Node, children[0]), str(children[1]), cast(Node, children[2]), node)
            case "between" | "not_between" as word:
                value, low, high = (cast(Node, child) for child in children)
                parts = self._compare(value, ">=", low, node), self._compare(value, "<=", high, node)
                return Junction("and", parts) if word == "between" else Not(Junction("and", parts))
            case "among" | "not_among" as word:
                same = [self._compare(cast(Node, children[0]), "=", cast(Node, one), node) for one in children[1:]]
                found: Expression = same[0] if len(same) == 1 else Junction("or", tuple(same))
                return Not(found) if word == "not_among" else found
            case "mentions":
                return self._mentions(cast(Node, children[0]), [str(one)[1:-1] for one in children[1:]])
            case "arithmetic" | "negative" as word:
                return self._arithmetic(node, word)
            case _:
                return self._constant(node)

    def _constant(self, node: Node) -> Expression:
        token = str(node.children[0]) if node.children else ""
        match str(node.data):
            case "number":
                return Constant(Fraction(token), "number")
            case "days" | "weeks" as unit:
                return Constant(Fraction(token) * (7 if unit == "weeks" else 1), "number")
            case "string":
                return Constant(token[1:-1], "text")
            case "true" | "false" as word:
                return Constant(word == "true", "boolean")
            case "date":
                try:
                    return Constant(date.fromisoformat(token).toordinal(), "date")
                except ValueError:
                    raise RuleError(f"{token} is no day of the calendar", *_place(node)) from None
            case _:
                return self._name(node, token)

    def _name(self, node: Node, token: str) -> Name:
        if token not in self._variables:
            if token.casefold() in ("today", "now"):
                raise RuleError(
                    f"{token} would make a replay differ; take the day as an input (`type: date`)", *_place(node)
                )
            raise RuleError(f"unknown name {token!r}{nearest(token, self._variables)}", *_place(node))
        return Name(token, self._variables[token].type)

    def _compare(self, left: Node, relation: str, right: Node, node: Node) -> Expression:
        relation = _RELATIONS.get(relation, relation)
        one, other = self._sides(left, right)
        if one.type != other.type:
            raise RuleError(f"a {one.type} cannot be compared with a {other.type}", *_place(node))
        if relation not in ("=", "!=") and one.type in ("boolean", "text"):
            raise RuleError(f"{relation} compares numbers and dates, not a {one.type}", *_place(node))
        for side, value in ((one, other), (other, one)):
            self._allowed(side, value, node)
        return Compare(cast(Relation, relation), one, other)

    def _sides(self, left: Node, right: Node) -> tuple[Expression, Expression]:
        """Both sides; a bare word that is a value of the other side's enum is that value."""
        for first, second in ((left, right), (right, left)):
            word = str(second.children[0]) if str(second.data) == "name" else ""
            values = self._values(first)
            if word and word not in self._variables and values:
                if word not in values:
                    raise RuleError(f"{word!r} is not a value of it{nearest(word, values)}", *_place(second))
                value = Constant(word, "text")
                known = self.expression(first)
                return (known, value) if first is left else (value, known)
        return self.expression(left), self.expression(right)

    def _values(self, node: Node) -> tuple[str, ...]:
        name = str(node.children[0]) if str(node.data) == "name" else ""
        return self._variables[name].values if name in self._variables else ()

    def _allowed(self, side: Expression, value: Expression, node: Node) -> None:
        if isinstance(side, Name) and isinstance(value, Constant) and side.type == "text":
            values = self._variables[side.name].values
            if values and value.value not in values:
                message = f"{value.value!r} is not a value of {side.name}{nearest(str(value.value), values)}"
                raise RuleError(message, *_place(node))

    def _mentions(self, node: Node, words: list[str]) -> Expression:
        text = self.expression(node)
        if text.type != "text":
            raise RuleError(f"MENTIONS looks into text, not a {text.type}", *_place(node))
        if not all(any(char.isalnum() for char in one) for one in words):
            raise RuleError("MENTIONS wants words with letters or digits", *_place(node))
        found = tuple(Mentions(text, one) for one in words)
        return found[0] if len(found) == 1 else Junction("or", found)

    def _arithmetic(self, node: Node, word: str) -> Expression:
        if word == "negative":
            inner = self._number(self.expression(cast(Node, node.children[0])), node)
            if isinstance(inner, Constant) and isinstance(inner.value, Fraction):
                return Constant(-inner.value, "number")
            return Arithmetic("-", Constant(Fraction(0), "number"), inner)
        left, operator, right = node.children
        one, other = self.expression(cast(Node, left)), self.expression(cast(Node, right))
        kind: Type = "number"
        if "date" in (one.type, other.type):
            kind = self._date_kind(one, str(operator), other, node)
        else:
            self._number(one, node)
            self._number(other, node)
        return Arithmetic(cast(Operator, str(operator)), one, other, kind)

    def _date_kind(self, one: Expression, operator: str, other: Expression, node: Node) -> Type:
        """date - date is a number of days; date ± days is a date. Days are whole."""
        match one.type, operator, other.type:
            case "date", "-", "date":
                return "number"
            case "date", "+" | "-", "number" if self._whole(other):
                return "date"
            case _:
                message = "dates can be subtracted, and whole numbers of days added to them: `issued + 30 DAYS`"
                raise RuleError(message, *_place(node))

    def _whole(self, node: Expression) -> bool:
        match node:
            case Constant(value=Fraction() as value):
                return value.denominator == 1
            case Name(name=name):
                return self._variables[name].whole
            case _:
                return False

    def _number(self, made: Expression, node: Node) -> Expression:
        if made.type != "number":
            raise RuleError(f"arithmetic wants numbers, not a {made.type}", *_place(node))
        return made


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or what there is."""
    names = list(known)
    folded = {one.casefold(): one for one in names}
    matches = difflib.get_close_matches(name.casefold(), list(folded), n=1)
    if matches:
        return f"; did you mean {folded[matches[0]]!r}?"
    return f"; known: {', '.join(names[:12])}" if names else ""


def _place(node: Node | Token) -> tuple[int, int]:
    if isinstance(node, Token):
        return node.line or 1, node.column or 1
    return getattr(node.meta, "line", 1), getattr(node.meta, "column", 1)
