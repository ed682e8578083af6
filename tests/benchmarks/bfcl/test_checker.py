"""Our checker says what the official one says, on every possible answer and on 1,000 corrupted ones."""

import importlib.util
import os
import random
import sys
import types
import zipfile
from pathlib import Path
from typing import Any

import pytest

from benchmarks.bfcl.cases import Case, read_cases
from benchmarks.bfcl.checker import calls_match, folded

DATA = Path(os.environ.get("BFCL_DATA", Path(__file__).parents[3] / "bench" / "bfcl"))
CATEGORIES = ("simple_python", "live_simple", "multiple", "parallel", "live_multiple", "parallel_multiple")
CORRUPTED = 1_000


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The official checker's module, with stand-ins for its imports that Python calls do not reach."""
    wheels = sorted(DATA.glob("bfcl_eval-*.whl"))
    if not wheels:
        pytest.skip(f"no bfcl-eval package in {DATA}: `make bench-data` gets it")
    folder = tmp_path_factory.mktemp("official")
    with zipfile.ZipFile(wheels[0]) as archive:
        for name in ("constants/enums.py", "constants/type_mappings.py", "eval_checker/ast_eval/ast_checker.py"):
            archive.extract(f"bfcl_eval/{name}", folder)
    modules: dict[str, Any] = {}

    def stand_in(name: str, **attributes: Any) -> None:
        modules[name] = types.ModuleType(name)
        modules[name].__dict__.update(attributes)

    for name in ("", ".constants", ".eval_checker", ".eval_checker.ast_eval", ".eval_checker.ast_eval.type_convertor"):
        stand_in(f"bfcl_eval{name}", __path__=[])
    plain = types.SimpleNamespace(underscore_to_dot=False)
    stand_in("bfcl_eval.constants.model_config", MODEL_CONFIG_MAPPING={"plain": plain})
    for language in ("java", "js"):
        name = f"bfcl_eval.eval_checker.ast_eval.type_convertor.{language}_type_converter"
        stand_in(name, **{f"{language}_type_converter": None})
    before = dict(sys.modules)
    sys.modules.update(modules)
    try:
        for name in ("constants.enums", "constants.type_mappings", "eval_checker.ast_eval.ast_checker"):
            path = folder / "bfcl_eval" / f"{name.replace('.', '/')}.py"
            spec = importlib.util.spec_from_file_location(f"bfcl_eval.{name}", path)
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[f"bfcl_eval.{name}"] = module
            spec.loader.exec_module(module)
        yield module
    finally:
        for name in [name for name in sys.modules if name.startswith("bfcl_eval") and name not in before]:
            del sys.modules[name]


def verdict(official: Any, case: Case, calls: list[dict[str, Any]]) -> bool:
    language = sys.modules["bfcl_eval.constants.enums"].Language.PYTHON
    functions, answers = list(case.functions), list(case.answers)
    found = official.ast_checker(functions, calls, answers, language, case.category, "plain")
    return bool(found["valid"])


def answers_of(case: Case, dice: random.Random) -> list[dict[str, Any]]:
    """One call an answer, with a value of the allowed ones, or left out where that is allowed."""
    calls = []
    for answer in case.answers:
        name, allowed = next(iter(answer.items()))
        chosen = {key: dice.choice(values or [""]) for key, values in allowed.items()}
        calls.append({name: {key: plain(value) for key, value in chosen.items() if value != ""}})
    return calls


def plain(value: Any) -> Any:
    """A dict of allowed values as a dict of values."""
    if isinstance(value, dict):
        return {key: one[0] for key, one in value.items() if isinstance(one, list) and one and one[0] != ""}
    return [plain(item) for item in value] if isinstance(value, list) else value


def corrupt(calls: list[dict[str, Any]], dice: random.Random) -> list[dict[str, Any]]:
    """One thing about one call is another."""
    name, arguments = next(iter(calls[0].items()))
    key = dice.choice([*arguments, "extra"])
    value = arguments.get(key)
    changes: list[Any] = [str(value), [value], None, 7, 7.5, True, "", {"a": 1}, f"{value}x", f" {value}.".upper()]
    if isinstance(value, int) and not isinstance(value, bool):
        changes += [float(value), value + 1]
    if isinstance(value, list):
        changes += [value[::-1], value[:-1], tuple(value), [str(item) for item in value]]
    changed = {**arguments, key: dice.choice(changes)}
    if dice.random() < 0.2:
        changed.pop(key)
    if dice.random() < 0.1:
        name += "_"
    return [{name: changed}, *calls[1:]] if dice.random() < 0.9 else [*calls, {name: changed}]


def test_possible_answers_are_judged_alike(official: Any) -> None:
    dice, right = random.Random(3), 0
    for category in CATEGORIES:
        for case in read_cases(DATA, category):
            calls = answers_of(case, dice)
            assert calls_match(case.functions, calls, case.answers, category) == verdict(official, case, calls), case.id
            right += verdict(official, case, calls)
    assert right > 1_500


def test_corrupted_answers_are_judged_alike(official: Any) -> None:
    dice = random.Random(5)
    cases = [case for category in CATEGORIES for case in read_cases(DATA, category)]
    refused = judged = 0
    while judged < CORRUPTED:
        case = dice.choice(cases)
        calls = corrupt(answers_of(case, dice), dice)
        try:
            wanted = verdict(official, case, calls)
        except (TypeError, AttributeError, KeyError):
            continue  # the official checker breaks on some values; there is nothing to agree with
        assert calls_match(case.functions, calls, case.answers, case.category) == wanted, (case.id, calls)
        judged, refused = judged + 1, refused + (not wanted)
    assert 300 < refused < CORRUPTED


def test_strings_are_folded_as_the_leaderboard_folds_them() -> None:
    assert folded("April 1, 2024") == folded("april 1,2024") == "april12024"
    assert folded("it's") == 'it"s'
