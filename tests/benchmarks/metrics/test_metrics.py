"""Each metric against a case that was worked out by hand."""

import math

import pytest

from benchmarks.metrics.bootstrap import interval
from benchmarks.metrics.calibration import Sure, calibration_error, reliability_bins, straight_through
from benchmarks.metrics.cost import Load, TokenPrice, monthly, paper_price
from benchmarks.metrics.detection import Case, detection
from benchmarks.metrics.determinism import entropy, reproducibility
from benchmarks.metrics.latency import latency, quantile
from benchmarks.metrics.quality import quality
from benchmarks.metrics.reliability import Attempted, reliability
from benchmarks.metrics.tokens import Spend, amortised, break_even, compression
from benchmarks.metrics.validation import Compilation, validation


def test_tokens_repeat_the_papers_table() -> None:
    compiled, direct, autogen = Spend(9600, 0), Spend(0, 552), Spend(0, 805)
    assert break_even(compiled, direct) == pytest.approx(17.39, abs=0.01)
    assert compression(compiled, direct, 1000) == pytest.approx(57.5)
    assert compression(compiled, autogen, 1000) == pytest.approx(83.9, abs=0.1)
    assert amortised(compiled, [1, 96]) == [(1, 9600.0), (96, 100.0)]


def test_break_even_of_a_system_that_saves_nothing_is_never() -> None:
    assert math.isinf(break_even(Spend(10, 5), Spend(0, 5)))
    assert math.isinf(compression(Spend(0, 0), Spend(0, 5), 10))
    assert break_even(Spend(0, 0), Spend(0, 5)) == 0


def test_latency_takes_the_first_call_as_cold() -> None:
    measured = latency([50.0, *map(float, range(1, 101))])
    assert (measured.cold_start, measured.p50, measured.p99, measured.jitter) == (50.0, 50.0, 99.0, 49.0)
    assert latency([7.0]).p50 == 7.0
    with pytest.raises(ValueError, match="no call"):
        latency([])


@pytest.mark.parametrize(("share", "want"), [(0.0, 1), (0.25, 1), (0.26, 2), (0.5, 2), (0.99, 4), (1.0, 4)])
def test_quantile_is_the_nearest_rank(share: float, want: float) -> None:
    assert quantile([3, 1, 4, 2], share) == want


def test_entropy_in_bits() -> None:
    assert entropy(["a"] * 1000) == 0.0
    assert entropy(["a", "b"] * 10) == 1.0
    assert entropy(["a", "a", "b", "c"]) == pytest.approx(1.5)
    assert reproducibility(["a", "a", "b", "c"]) == 0.5


def test_reliability_counts_errors_and_recovery() -> None:
    one = reliability([Attempted(None), Attempted(None, tries=2), Attempted("TimeoutError", tries=3), Attempted(None)])
    assert (one.completed, one.recovered, one.errors) == (0.75, 0.5, {"TimeoutError": 1})
    assert reliability([Attempted(None)]).recovered is None


def test_quality_of_a_small_module() -> None:
    source = (
        "import os\n\n\n"
        "def add(a: int, b) -> int:\n    # a comment\n    if a:\n        return a\n    return a + b\n\n\n"
        "def nothing():\n    return None\n"
    )
    measured = quality(source)
    assert measured.functions == 2
    assert measured.type_coverage == pytest.approx(2 / 4)  # a and add's return, of a, b and two returns
    assert (measured.complexity_mean, measured.complexity_max) == (1.5, 2)
    assert (measured.lines_max, measured.lines) == (5, 7)
    assert measured.lint_findings == 1  # the import that nothing uses
    with pytest.raises(SyntaxError):
        quality("def")


def test_first_pass_counts_the_compiles_that_reached_a_stage() -> None:
    passed = {"security": True, "syntax": True, "execution": True, "accuracy": True}
    measured = validation(
        [
            Compilation(passed, 1, succeeded=True),
            Compilation({"security": True, "syntax": False}, 2, succeeded=True),
            Compilation({"security": False}, 3, succeeded=False),
            Compilation({**passed, "accuracy": False}, 2, succeeded=True),
        ]
    )
    assert measured.first_pass == {
        "security": 0.75, "syntax": pytest.approx(2 / 3), "execution": 1.0, "accuracy": 0.5,
    }  # fmt: skip
    assert (measured.overall_first_pass, measured.succeeded, measured.rounds_mean) == (0.25, 0.75, 2.0)


def test_detection_in_all_and_by_kind() -> None:
    cases = [Case("CWE-94", True, True), Case("CWE-94", True, False), Case("CWE-78", True, True)]
    measured = detection([*cases, Case("", False, True), Case("", False, False)])
    assert (measured.right, measured.cases) == (3, 5)
    assert measured.recall == measured.precision == pytest.approx(2 / 3)
    assert measured.false_positive_rate == 0.5
    assert measured.recall_by_kind == {"CWE-78": 1.0, "CWE-94": 0.5}
    assert detection([]).recall is None


def test_cost_of_a_month() -> None:
    price = paper_price()
    assert price == TokenPrice(15.0, 75.0)
    direct = monthly(Load(0, 0, 400, 152, 0.0), price, 1_000_000)
    assert (direct.inference, direct.machines) == (17_400.0, 500.0)
    compiled = monthly(Load(1000, 1000, 0, 0, 0.1), price, 10_000_000)
    assert compiled.inference == pytest.approx(0.09)
    assert compiled.total == pytest.approx(500.09)  # a million seconds; one machine gives 4 x 2,592,000 x 0.5
    assert monthly(Load(0, 0, 0, 0, 1.0), price, 10_000_000).machines == 1000.0


def test_bootstrap_interval_holds_the_share_and_narrows() -> None:
    few, many = interval([(3, 4), (4, 4)] * 5), interval([(3, 4), (4, 4)] * 500)
    assert few[0] < 0.875 < few[1]
    assert many[0] < 0.875 < many[1]
    assert many[1] - many[0] < (few[1] - few[0]) / 5
    assert interval([(1, 1)] * 10) == (1.0, 1.0)
    assert interval([]) == (0.0, 1.0)


def test_calibration_error_by_hand() -> None:
    answers = [Sure(0.95, True), Sure(0.95, False), Sure(0.25, False), Sure(1.0, True)]
    bins = reliability_bins(answers)
    assert [(one.count, one.accuracy) for one in bins] == [(1, 0.0), (3, pytest.approx(2 / 3))]
    assert bins[1].confidence == pytest.approx(2.9 / 3)
    assert calibration_error(answers) == pytest.approx(0.25 * 0.25 + 0.75 * 0.9 / 3)


def test_straight_through_takes_ties_together() -> None:
    answers = [Sure(0.9, True), Sure(0.9, False), Sure(0.8, True), Sure(0.7, True), Sure(0.1, False)]
    assert straight_through(answers, 0.75) == 0.8
    assert straight_through(answers, 0.99) == 0.0
    assert straight_through([Sure(0.9, True)], 0.99) == 1.0
