"""One example of a case, as a user would write it: the possible answer that the utterance prints, where one is."""

from benchmarks.bfcl.cases import Case
from extractors.utterance.schema import validator
from extractors.utterance.text import Utterance, UtteranceError
from factory.functions.literals import literal_spans
from factory.functions.spec import FunctionPart, UtteranceExample


def shown_part(case: Case, answer: int = 0) -> FunctionPart | None:
    """The case's function with its utterance as the one example; None where its answer does not fit its schema."""
    name, allowed = next(iter(case.answers[answer].items()))
    part = next(part for part in case.parts if part.function.name == name)
    try:
        utterance = Utterance.of(case.utterance)
    except UtteranceError:
        return None
    arguments = {}
    for key, values in allowed.items():
        real = [value for value in values if value != ""]
        printed = [value for value in real if literal_spans(utterance, value)]
        if printed:
            arguments[key] = printed[0]
        elif "" not in values and real:
            arguments[key] = real[0]
    if not validator(part.function.parameters).is_valid(arguments):
        return None
    example = UtteranceExample(utterance=case.utterance, arguments=arguments)
    return part.model_copy(update={"examples": (example,)})
