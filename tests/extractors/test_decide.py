"""Joint decisions: checks choose between candidates, and raise or lower what is believed."""

import itertools
from dataclasses import replace

import pytest

from extractors.candidate import Candidate
from extractors.decide import decide
from extractors.model import CheckModel
from extractors.rank import Ranked, Ranking

SUM = CheckModel("sum", "net + tax == gross", 0.02, 0.98)


def ranking(none: float, **values: float) -> Ranking:
    """Values as `v100=0.4` for 100."""
    ranked = []
    for place, (name, share) in enumerate(values.items()):
        candidate = Candidate("money", name[1:], name[1:], 0, (place,))
        ranked.append(Ranked(name[1:], share, candidate, place))
    return Ranking(tuple(ranked), none)


def test_without_checks_the_likeliest_wins() -> None:
    found = decide({"a": ranking(0.1, v1=0.6, v2=0.3), "b": ranking(0.7, v1=0.3)}, ())
    assert found["a"].choice is not None and found["a"].choice.value == "1"
    assert found["a"].probability == 0.6
    assert found["b"].choice is None and found["b"].probability == 0.7


def test_a_sum_chooses() -> None:
    rankings = {
        "net": ranking(0.02, v100=0.49, v90=0.49),
        "tax": ranking(0.02, v19=0.98),
        "gross": ranking(0.02, v120=0.5, v119=0.48),
    }
    found = decide(rankings, (SUM,))
    chosen = {name: one.choice.value if one.choice else None for name, one in found.items()}
    assert chosen == {"net": "100", "tax": "19", "gross": "119"}
    assert found["gross"].probability > 0.9


def test_a_failed_check_lowers_confidence() -> None:
    rankings = {
        "net": ranking(0.0, v100=0.9, v50=0.1),
        "tax": ranking(0.0, v19=0.9, v9=0.1),
        "gross": ranking(0.0, v1=1.0),
    }
    assert decide(rankings, (SUM,))["net"].probability <= 0.9


def test_missing_values_do_not_pass_a_check() -> None:
    rankings = {"net": ranking(0.9, v100=0.1), "tax": ranking(0.9, v5=0.1), "gross": ranking(0.05, v119=0.95)}
    found = decide(rankings, (SUM,))
    assert found["net"].choice is None and found["tax"].choice is None


def test_many_options_stay_bounded() -> None:
    names = [f"f{place}" for place in range(8)]
    shares = {f"v{value}": 0.2 for value in range(5)}
    checks = tuple(CheckModel(f"c{k}", f"{a} <= {b}", 0.0, 0.9) for k, (a, b) in enumerate(itertools.pairwise(names)))
    found = decide({name: ranking(0.0, **shares) for name in names}, checks)
    assert set(found) == set(names)


def test_what_is_unknown_stays_so_unless_a_check_speaks_for_the_page() -> None:
    """Joint decisions share out what the page tells; that it tells the value at all is another question."""
    rankings = {"net": ranking(0.0, v100=0.5), "tax": ranking(0.0, v19=1.0), "gross": ranking(0.0, v119=0.5)}
    fitting = decide(rankings, (SUM,))["net"].probability
    failing = decide({**rankings, "tax": ranking(0.0, v20=1.0)}, (SUM,))["net"].probability
    assert failing < 0.1 < 0.5 < 0.9 < fitting < 1.0


def test_a_sum_by_chance_among_many_weak_amounts_is_not_believed() -> None:
    """On an invoice without its last page some rows add up; most of the probability is on none of the options."""
    weak = {
        "net": ranking(0.01, v118=0.08, v132=0.06, v103=0.05),
        "tax": ranking(0.01, v36=0.08, v29=0.06, v34=0.05),
        "gross": ranking(0.01, v207=0.08, v161=0.06, v142=0.05),
    }
    found = decide(weak, (SUM,))
    assert [found[name].choice.value for name in weak if found[name].choice] == ["132", "29", "161"]
    assert all(one.probability < 0.2 for one in found.values())


def test_a_value_below_the_score_of_right_ones_is_half_believed() -> None:
    plain = ranking(0.1, v1=0.8)
    assert decide({"a": replace(plain, least=0.8)}, ())["a"].probability == pytest.approx(0.4)
    assert decide({"a": plain}, ())["a"].probability == pytest.approx(0.8)
