"""The ablation and the code gate's measurement: the figures that the report prints."""

from benchmarks import ablation, security_code


def test_each_stage_alone_catches_something() -> None:
    found = ablation.run()
    assert found["clean_passes"]
    assert found["caught_by_all"] == found["planted"]
    assert all(found["only"][stage] for stage in ("security", "syntax", "execution", "accuracy"))


def test_weaknesses_are_caught_and_nothing_escapes() -> None:
    found = security_code.run()
    assert found["code"]["false_positive_rate"] == 0
    assert all(recall == 1 for recall in found["code"]["recall_by_kind"].values())
    assert {"CWE-94", "CWE-89", "CWE-502", "CWE-78", "CWE-328"} <= set(found["code"]["recall_by_kind"])
    assert found["sandbox"]["escaped"] == []
