"""What a parameter is for, told by the words of its name and description: it decides which small words lead to it."""

from extractors.utterance.words import stem, stems

_WORDS = {
    "rate": "rate percentage percent ratio probability discount yield interest fraction",
    "start": "source start origin from begin departure initial base beginning pickup",
    "end": "destination end target to final arrival until finish dropoff",
    "date": "date day year month week deadline birthday",
    "time": "time hour minute duration",
    "place": "location city country state place region address area venue town zip zipcode province county",
    "unit": "unit units scale currency",
    "person": "author artist player person actor director composer user employee leader celebrity",
    "format": "format output encoding extension",
    "language": "language locale",
    "count": "limit num count top max number results quantity n size",
    "amount": "price amount cost income salary budget principal investment loan payment value revenue",
    "kind": "type category genre kind method model algorithm mode style cuisine species brand",
    "title": "title book movie song album game event team company band film product item",
    "query": "query keyword keywords term text message content search subject topic question expression "
    "function equation formula",
}
_NAME = stem("name")
_ROLE = {stem(word): role for role, words in reversed(list(_WORDS.items())) for word in words.split()}


def role_of(path: tuple[str, ...], description: str, kind: str) -> str:
    """One of `features.ROLES`: by the last telling word of the name, else by the first of the description."""
    numeric = kind in ("integer", "number")
    named = [word.rstrip("0123456789") for word in stems(path[-1])]
    told = stems(description)
    for word in reversed(named):
        role = _ROLE.get(word)
        if role == "rate" and "percent" in f"{path[-1]} {description}".lower():
            return "percent"
        if role is not None:
            return role
    if numeric:
        return "number"
    for word in told:
        if word in _ROLE and word not in ("to", "from", "by"):
            return _ROLE[word]
    return "title" if _NAME in (*named, *told) else "other"
