"""The scorer's tables add up to what the named indicators weigh."""

from random import Random

import pytest

from extractors.utterance import Utterance
from extractors.utterance.features import NAMES
from extractors.utterance.indicate import describe, describe_none
from extractors.utterance.score import Scorer
from factory.functions.spec import FunctionPart
from factory.functions.write import plan_parameters

PART = FunctionPart.model_validate(
    {
        "function": {
            "name": "plan_trip",
            "description": "Plan a trip between two towns.",
            "parameters": {
                "type": "object",
                "properties": {
                    "origin": {"type": "string", "description": "Town to start from, e.g. Porto Velho."},
                    "destination": {"type": "string", "description": "Town to arrive in."},
                    "day": {"type": "string", "format": "date"},
                    "travellers": {"type": "integer", "description": "Number of travellers."},
                    "budget": {"type": "number"},
                    "stops": {"type": "array", "items": {"type": "string"}},
                    "class": {"type": "string", "enum": ["first", "second"]},
                    "refundable": {"type": "boolean"},
                },
                "required": ["origin", "destination", "travellers"],
            },
        },
        "examples": [
            {
                "utterance": "Trip from Graz to Cork for three travellers, at most $900",
                "arguments": {"origin": "Graz", "destination": "Cork", "travellers": 3, "budget": 900},
            }
        ],
    }
)


@pytest.mark.parametrize(
    "text",
    [
        "Plan a trip from Oslo to Novi Sad for 4 travellers on 2031-05-02 with stops in Cork, Graz and Salta",
        '"Santa Marta" to "Ghent", refundable, first class, 2 people, under 1,200.50 in 2030',
        "trip",
        "",
    ],
)
def test_tables_add_up_to_the_indicators(text: str) -> None:
    weights = [Random(number).uniform(-1, 1) for number in range(len(NAMES))]  # repeatable, not secret
    utterance = Utterance.of(text)
    seen = 0
    for planned in plan_parameters(PART):
        spans = planned.bind()(utterance)
        scorer = Scorer(planned.slot, weights)
        named = [sum(weights[at] for at in numbers) for numbers in describe(planned.slot, utterance, spans)]
        assert scorer.scores(utterance, spans) == pytest.approx(named)
        assert scorer.scores(utterance, spans) == pytest.approx(named)  # with the sums that it kept
        assert scorer.none(utterance) == pytest.approx(
            sum(weights[at] for at in describe_none(planned.slot, utterance))
        )
        seen += len(spans)
    assert seen > 20 or len(text) < 5
