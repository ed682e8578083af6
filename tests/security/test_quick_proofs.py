"""Quick proofs that a text holds nothing suspicious change no verdict: with and without them, all is the same."""

import codecs
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.security_cases_reader import ENCODINGS
from security import rules, text, windows
from security.injection import readings, suspicions
from security.rules import RULES, matches
from security.text import clean, fold, respellings
from security.word_lists import words

CASES = Path(__file__).parents[2] / "benchmarks" / "security_cases"
ATTACKS = [
    *(json.loads(line)["text"] for line in (CASES / "injection.jsonl").read_text(encoding="utf-8").splitlines()),
    *(CASES / "phrasings_known.txt").read_text(encoding="utf-8").splitlines(),
]
ODD = st.text(st.sampled_from("abeInot 0134579.-_*~|/,$€!+@\n\\'éßΣİøµ%&#;x2"), max_size=60)


@contextmanager
def unproved() -> Iterator[None]:
    """Every quick proof fails, so that the full way is gone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_MAYBE_SEPARATED", re.compile(""))
        patch.setattr(text, "_MAYBE_LEET", re.compile(""))
        patch.setattr(rules, "_any", lambda: re.compile(""))
        patch.setattr(windows, "is_plain", lambda _: False)
        yield


def same_with_and_without(passage: str) -> bool:
    quick = suspicions(passage, ()), tuple(readings(passage))
    with unproved():
        return quick == (suspicions(passage, ()), tuple(readings(passage)))


@pytest.mark.parametrize("encoding", ["plain", *ENCODINGS])
def test_attacks_are_judged_alike(encoding: str) -> None:
    passages = [ENCODINGS[encoding](attack) if encoding != "plain" else attack for attack in ATTACKS]
    assert all(map(same_with_and_without, passages))


@given(ODD | st.text(max_size=60))
def test_any_text_is_judged_alike(passage: str) -> None:
    assert same_with_and_without(passage)


@given(st.lists(st.sampled_from(sorted(words("common_words"))) | ODD, max_size=8).map(" ".join).map(clean))
def test_turned_words_are_counted_as_if_the_text_were_turned(passage: str) -> None:
    def count(written: str) -> int:
        return sum(word in words("common_words") for word in written.lower().split())

    for origin in (passage, codecs.encode(passage, "rot13"), passage[::-1]):
        for kind, turned in (("rot13", codecs.encode(origin, "rot13")), ("reversed", origin[::-1])):
            expected = count(turned) >= 2 and count(turned) > 2 * count(origin) and turned != origin
            assert ((kind, turned) in respellings(origin)) is expected


def test_one_pattern_finds_what_any_rule_finds() -> None:
    assert sum(bool(matches(fold(attack))) for attack in ATTACKS) > len(ATTACKS) / 3
    for attack in ATTACKS:
        assert matches(fold(attack)) == tuple(rule for rule in RULES if rule in matches(fold(attack), (rule,)))
