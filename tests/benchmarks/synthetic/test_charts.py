"""Made-up visit notes: the same seed gives the same bytes, and they hold what the labels need."""

from collections import Counter

from benchmarks.synthetic.chart_facts import decision
from benchmarks.synthetic.charts import STYLES, chart_samples


def test_the_same_seed_gives_the_same_notes() -> None:
    first, second = list(chart_samples(14, 3)), list(chart_samples(14, 3))
    assert [one.content for one in first] == [one.content for one in second]
    assert [one.content for one in chart_samples(14, 4)] != [one.content for one in first]


def test_notes_have_every_style_story_and_decision() -> None:
    samples = list(chart_samples(120, 7))
    assert {str(one.extra["style"]).split(",")[0] for one in samples} == set(STYLES)
    assert {one.extra["story"] for one in samples} >= {"typed", "negated", "family", "planned", "other"}
    decisions = Counter(one.extra["decision"] for one in samples)
    assert min(decisions[name] for name in ("APPROVE", "DENY", "REVIEW")) >= 10
    assert sum(one.name.endswith(".png") for one in samples) == 10


def test_decisions_follow_the_listing() -> None:
    def factors(diabetes: str, a1c: str | None, bmi: str | None, trial: str) -> dict[str, str | None]:
        return {"has_t2d_diagnosis": diabetes, "current_a1c": a1c, "bmi": bmi, "has_step_therapy_failure": trial}

    assert decision(factors("true", "8.1", None, "false")) == "APPROVE"
    assert decision(factors("false", None, "30", "true")) == "APPROVE"
    assert decision(factors("false", None, "29.9", "true")) == "DENY"
    assert decision(factors("false", None, None, "true")) == "REVIEW"
    assert decision(factors("true", "45", "31", "true")) == "REVIEW"
    assert decision(factors("true", "8", "5", "true")) == "REVIEW"
