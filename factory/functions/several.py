"""Perturbed utterances that ask for several calls: those of the spec, and examples said one after the other."""

from collections.abc import Iterator

from extractors.utterance.schema import validator
from extractors.utterance.text import MAX_CHARACTERS
from factory.functions.perturb import TRIES, perturb, perturb_calls
from factory.functions.spec import CallableSpec, CallExample, SeveralExample

LINKS = ("", "Also ", "Then ")
MOST_JOINED = 12
_ENDS = (".", "?", "!")


def several_perturbed(spec: CallableSpec, count: int) -> list[SeveralExample]:
    """`count` likes of each of the spec's own, then for a toolset pairs of perturbed examples; the same every time."""
    own = [made for example in spec.several for made in _likes(spec, example, count)]
    return own + list(_joined(spec))


def _likes(spec: CallableSpec, example: SeveralExample, count: int) -> list[SeveralExample]:
    """At most `count` different ones whose arguments fit the schemas."""
    schemas = {part.function.name: part.function.parameters for part in spec.parts}
    pairs = [(schemas[call.function], call.arguments) for call in example.calls]
    found: dict[str, SeveralExample] = {}
    for seed in range(TRIES * count):
        if len(found) == count:
            break
        text, made = perturb_calls(example.utterance, pairs, seed)
        fits = all(validator(schema).is_valid(one) for (schema, _), one in zip(pairs, made, strict=True))
        if text != example.utterance and fits:
            calls = tuple(
                CallExample(function=call.function, arguments=one)
                for call, one in zip(example.calls, made, strict=True)
            )
            found.setdefault(text, SeveralExample(utterance=text, calls=calls))
    return list(found.values())


def _joined(spec: CallableSpec) -> Iterator[SeveralExample]:
    """Two requests in two sentences, of different functions."""
    likes = [
        (part.function.name, [one.example for one in perturb(part, example, 2)])
        for part in spec.parts
        for example in part.examples[:2]
    ]
    pairs = [(one, other) for one in likes for other in likes if one[0] != other[0]]
    for place, ((name, first), (other, second)) in enumerate(pairs[:: max(1, len(pairs) // MOST_JOINED)][:MOST_JOINED]):
        if not first or not second:
            continue
        text = f"{_sentence(first[0].utterance)} {_linked(LINKS[place % len(LINKS)], second[-1].utterance)}"
        if len(text) <= MAX_CHARACTERS:
            calls = (
                CallExample(function=name, arguments=first[0].arguments),
                CallExample(function=other, arguments=second[-1].arguments),
            )
            yield SeveralExample(utterance=text, calls=calls)


def _sentence(text: str) -> str:
    return text if text.rstrip().endswith(_ENDS) else f"{text.rstrip()}."


def _linked(link: str, text: str) -> str:
    return f"{link}{text[0].lower()}{text[1:]}" if link else text
