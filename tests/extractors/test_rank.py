"""Rankings: a softmax over what is there, and what usually is."""

import math

import numpy as np
import pytest

from extractors.candidate import Candidate
from extractors.features import COLUMNS, describe
from extractors.fields import money
from extractors.model import ExtractorModel, FieldModel, Usual
from extractors.rank import Ranking, rank, to_ranking
from ocr.document import Document


def amounts(*values: str) -> list[Candidate]:
    return [Candidate("money", value, value, 0, (place,)) for place, value in enumerate(values)]


def unknown(found: Ranking) -> float:
    """What is on none of the values, and not on "none"."""
    return 1 - found.none - sum(one.probability for one in found.values)


def test_equal_values_add_up_and_none_takes_part() -> None:
    found = to_ranking(amounts("5", "7", "5"), np.log([2.0, 3.0, 2.0]), Usual(math.log(1.0)))
    assert [one.value for one in found.values] == ["5", "7"]
    assert [round(one.probability, 9) for one in found.values] == [0.5, 0.375]
    assert found.none == pytest.approx(0.125) and unknown(found) == pytest.approx(0.0)


def test_where_rivals_are_missing_the_best_is_not_certain() -> None:
    """One weak candidate alone would have 9 of 10; with rivals of odds 9, as such pages have, half of it is unknown."""
    alone = to_ranking(amounts("5"), np.log([9.0]), Usual(0.0))
    assert alone.values[0].probability == pytest.approx(0.9)
    found = to_ranking(amounts("5"), np.log([9.0]), Usual(0.0, math.log(9.0)))
    assert found.values[0].probability == pytest.approx(0.5)
    assert found.none == pytest.approx(1 / 18) and unknown(found) == pytest.approx(8 / 18)


def test_where_rivals_are_as_usual_nothing_changes() -> None:
    plain = to_ranking(amounts("5", "7"), np.log([9.0, 2.0]), Usual(0.0))
    assert to_ranking(amounts("5", "7"), np.log([9.0, 2.0]), Usual(0.0, math.log(3.0))) == plain


def test_none_is_not_certain_either() -> None:
    """A page that has no candidate worth the name does not prove that the document has no value."""
    found = to_ranking(amounts("5"), np.log([0.01]), Usual(0.0, math.log(1.0)))
    assert found.none == pytest.approx(0.5)


def test_least_is_the_probability_of_a_value_that_is_half_believed() -> None:
    found = to_ranking(amounts("5", "7"), np.log([9.0, 2.0]), Usual(0.0, None, math.log(3.0)))
    assert found.least == pytest.approx(3 / 12)
    assert to_ranking(amounts("5"), np.log([9.0]), Usual(0.0)).least == 0.0


TEXT = "Bolt  9.50\nNet  9.50\nTotal  11.40\nDue  11.40\n"
WEIGHTS = {"left 1": {"total": 3.0, "due": 1.5, "net": -0.5}, "kind": {"money": 0.25}, "relation": {"rank 0": 1.0}}


def model(**weights: dict[str, dict[str, float]]) -> ExtractorModel:
    return ExtractorModel({name: FieldModel("money", known) for name, known in weights.items()})


def test_scores_are_the_sums_of_the_weights_of_what_is_seen() -> None:
    scorer = model(total=WEIGHTS, net={"left 1": {"net": 2.0}}).scorer
    document = Document.from_text(TEXT)
    numbers = describe(document, money(document), scorer.vocabulary)
    tokens = [[scorer.vocabulary.token(number) for number in row] for row in numbers.tolist()]
    sums = [
        sum(WEIGHTS.get(slot, {}).get(token, 0.0) for slot, token in zip(COLUMNS, row, strict=True)) for row in tokens
    ]
    scores = scorer.scores(scorer.rows_of(numbers), ("net", "total"))
    assert scores[1].tolist() == pytest.approx(sums) and max(sums) == 4.25
    assert scores[0].tolist() == [0.0, 2.0, 0.0, 0.0]


def test_fields_may_share_a_list_or_have_their_own() -> None:
    document = Document.from_text(TEXT)
    both = model(total=WEIGHTS, net={"left 1": {"net": 2.0}})
    shared = rank(document, {"total": money(document), "net": money(document)}, both)
    alone = rank(document, {"total": list(money(document)), "net": money(document)[:2]}, both)
    assert shared["total"] == alone["total"] and shared["total"].values[0].value == "11.40"
    assert shared["net"].values[0].value == alone["net"].values[0].value == "9.50"
    assert rank(document, {"total": [], "net": []}, both)["net"].none == 1.0
