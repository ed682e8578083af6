"""What fills the templates beside `decision`: `handle`, which asks the rules in order, or `check` and `fallback`.

All of it is made of the words of `templates/workflows/values.py`; the functions of conditions and rules stand beside
it, proven. A rule is asked by a private function of its own, so that a long spec gives many short functions.
"""

import ast
import json
from collections.abc import Collection, Iterator, Sequence

import templates.workflows.logic as logic
import templates.workflows.values as reading
from factory.rules import Variable
from factory.rules.tree import Rule, argument
from factory.workflow.calls import canonical
from factory.workflow.fit import kind_of
from factory.workflow.load import LoadedSpec
from factory.workflow.readable import readable
from factory.workflow.scope import Condition, input_variables
from factory.workflow.spec import InputValidation
from security.code.policy import GENERATED_CODE

ROOM = 30
"""Entries of a list a function: lines stay under the gate's limit."""
_LIBRARIES = (logic.__name__, reading.__name__)
_GIVEN = frozenset(("Made", "Values"))
"""Words that every template imports already."""


def write_handler(loaded: LoadedSpec) -> dict[str, str]:
    """The source of the template's functions, by name; none for `decision`, which follows its plan."""
    template = loaded.spec.metadata.template
    if template == "decision":
        return {}
    if template == "input_validator":
        return {**_problems(loaded, "check"), "fallback": _fallback(loaded)}
    rules = loaded.checked.rules
    asked = {f"_ask_{name}": _ask(name, one.rule, rules) for name, one in rules.items()}
    return {**_problems(loaded, "_problems"), **asked, "handle": _handle(loaded)}


def write_imports(sources: Sequence[str]) -> str:
    """Import lines for the words of the libraries that sources use, and no others."""
    used = {node.id for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    found = {module: sorted(GENERATED_CODE.imports[module] & used - _GIVEN) for module in _LIBRARIES}
    lines = [f"from {module} import {', '.join(names)}" for module, names in found.items() if names]
    return readable("\n".join(lines))


def _inputs(loaded: LoadedSpec) -> dict[str, Variable]:
    return {name: about for one in loaded.spec.inputs for name, about in input_variables(one).items()}


def _problems(loaded: LoadedSpec, name: str) -> dict[str, str]:
    """A function that tells what is wrong with a case, in parts where it is long."""
    entries = list(_entries(loaded))
    parts = [entries[place : place + ROOM] for place in range(0, len(entries), ROOM)]
    names = [name if len(parts) == 1 else f"_problems_{number}" for number in range(1, len(parts) + 1)]
    about = "What is wrong with a case: its shape, its values' types, the spec's conditions."
    made = {one: _list(one, about, part) for one, part in zip(names, parts, strict=True)}
    return made if len(parts) == 1 else {**made, name: _list(name, about, [f"*{one}(values)" for one in names])}


def _list(name: str, about: str, entries: Sequence[str]) -> str:
    body = "".join(f"        {one},\n" for one in entries)
    return f'def {name}(values: Values) -> list[str]:\n    """{about}"""\n    return [\n{body}    ]\n'


def _entries(loaded: LoadedSpec) -> Iterator[str]:
    """What is asked of a case, one list after the other."""
    inputs = _inputs(loaded)
    paths = [f"{one.name}.{field}" for one in loaded.spec.inputs for field in one.fields]
    paths += [one.name for one in loaded.spec.inputs if not one.fields]
    yield f"*unknown(values, {', '.join(map(_quoted, paths))})"
    for one in loaded.spec.inputs:
        if one.required:
            yield f"*required(values, {_quoted(one.name)})"
        yield from (
            f"*required(values, {_quoted(f'{one.name}.{f}')})" for f, about in one.fields.items() if about.required
        )
    for name, about in inputs.items():
        if about.type != "text" or about.values:
            yield f"*unfit(values, {_quoted(name)}, {_quoted(kind_of(about))}, {_read(name, about)})"
    for condition in _conditions(loaded):
        text = f"{condition.text} (spec line {condition.line})"
        yield f"*broken({_quoted(text)}, {_passed(condition)})"


def _conditions(loaded: LoadedSpec) -> list[Condition]:
    return [one for found in loaded.checked.checks.values() for one in found]


def _passed(condition: Condition) -> str:
    """The call of a condition's function."""
    return f"{condition.function}({', '.join(_read(name, condition.variables[name]) for name in condition.inputs)})"


def _read(path: str, about: Variable) -> str:
    """The expression that reads an input."""
    words = {"boolean": "truth_of", "date": "day_of", "text": "text_of"}
    word = words.get(about.type, "whole_of" if about.whole else "number_of")
    return f"{word}(values, {', '.join(map(_quoted, (path, *about.values)))})"


def _ask(name: str, rule: Rule, rules: Collection[str]) -> str:
    """A function that reads what a rule needs and asks it; decisions of earlier rules are arguments."""
    taken = ("values: Values", *(f"{one}: str" for one in rule.inputs if one in rules))
    lines = [f"def _ask_{name}({', '.join(taken)}) -> Judged:", f'    """What the rule {name} says of a case."""']
    for path, about in rule.inputs.items():
        if path not in rules:
            lines.append(f"    {argument(path)} = {_read(path, about)}")
    given = [argument(path) for path in rule.inputs]
    read = ", ".join(f"{_quoted(path)}: {one}" for path, one in zip(rule.inputs, given, strict=True))
    lines.append(f"    return judged({_quoted(name)}, {name}({', '.join(given)}), {{{read}}})")
    return "\n".join(lines) + "\n"


def _handle(loaded: LoadedSpec) -> str:
    """The function that the template calls."""
    rules = loaded.checked.rules
    lines = ["def handle(values: Values) -> Made:", '    """What the rules of the spec decide of a case, in order."""']
    for name, checked in rules.items():
        given = ["values", *(f"decision_of(_{one})" for one in checked.rule.inputs if one in rules)]
        lines.append(f"    _{name} = _ask_{name}({', '.join(given)})")
    lines.append(f"    return decided(_problems(values), {', '.join(f'_{name}' for name in rules)})")
    return "\n".join(lines) + "\n"


def _fallback(loaded: LoadedSpec) -> str:
    """The function that mends a case: each fallback where its input cannot be read, or breaks a condition."""
    inputs, conditions = _inputs(loaded), _conditions(loaded)
    lines = ["def fallback(values: Values, found: list[str]) -> Made | None:"]
    lines += ['    """The spec\'s values where those of a case cannot be used."""', "    made: Made = dict(values)"]
    for step in loaded.spec.logic_requirements:
        for path, value in step.fallback.items() if isinstance(step, InputValidation) else ():
            plain = repr(value) if isinstance(value, bool | int | float) else _quoted(canonical(value))
            parts = [_quoted(path), plain, _read(path, inputs[path])]
            parts += [_passed(one) for one in conditions if path in one.inputs]
            lines.append(f"    made = mend(made, {', '.join(parts)})")
    lines.append("    return made")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
