"""What examples say of their vendors: whose documents they are, what identifies one, and which labels are slips."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz import fuzz, process

from extractors.candidate import Kind
from extractors.familiar import Vendor, Vendors, key_of
from extractors.spelling import EXAMPLES, LIKENESS, near
from factory.golden import Label
from factory.spec import DocumentSpec

HABIT = 0.5
"""A field identifies vendors where at least this share of values is another example's of the same vendor, and no larger
share is another vendor's."""

LASTING: frozenset[Kind] = frozenset({"party", "address", "identifier", "text"})
"""Kinds that can identify a vendor; days and amounts agree by chance."""


def learn_vendors(spec: DocumentSpec, labels: Sequence[Label], habits: Mapping[str, Kind]) -> Vendors | None:
    """The vendors of these labels; None where the spec names no vendor field."""
    if spec.vendor_field is None or spec.vendor_field not in spec.fields:
        return None
    known = {
        name: Vendor(
            len(members),
            {
                field: dict(sorted(Counter(_key(spec, one, field) for one in members if one.counts(field)).items()))
                for field in habits
            },
        )
        for name, members in sorted(by_vendor(spec, labels).items())
    }
    return Vendors(spec.vendor_field, spec.fields[spec.vendor_field].type, dict(habits), known)


def by_vendor(spec: DocumentSpec, labels: Sequence[Label]) -> dict[str, list[Label]]:
    """The labels of each vendor, by the key of its name; those that name none are left out."""
    members: dict[str, list[Label]] = defaultdict(list)
    field = spec.vendor_field
    if field is not None and field in spec.fields:
        for label in labels:
            if label.counts(field) and label.fields[field] is not None:
                members[_key(spec, label, field)].append(label)
    return dict(members)


def habits_of(spec: DocumentSpec, labels: Sequence[Label]) -> dict[str, Kind]:
    """The fields that identify a vendor: its documents mostly share their value, and other vendors' mostly do not."""
    vendors = by_vendor(spec, labels)
    found: dict[str, Kind] = {}
    for name, field in spec.fields.items():
        if name == spec.vendor_field or field.type not in LASTING:
            continue
        values = {
            vendor: Counter(_key(spec, one, name) for one in members if one.counts(name) and one.fields[name])
            for vendor, members in vendors.items()
        }
        owners = Counter(key for counted in values.values() for key in counted)
        several = [counted for counted in values.values() if counted.total() > 1]
        total = sum(counted.total() for counted in several)
        shared = sum(count for counted in several for count in counted.values() if count > 1)
        common = sum(count for counted in several for key, count in counted.items() if owners[key] > 1)
        if total and shared >= HABIT * total and common <= HABIT * total:
            found[name] = field.type
    return found


def whole(names: Sequence[str]) -> list[str]:
    """Names in which one vendor's are the same: prints of a name that differ in a letter or two are one vendor's.

    The first of each in alphabetical order stands for all. O(different names squared), at some 10 million a second.
    """
    keys = sorted({key_of("party", name) for name in names})
    stands = {key: key for key in keys}
    for key in keys:
        for other, _, _ in process.extract(key, keys, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=None):
            if key < other and near(key, other):
                first, second = _root(stands, key), _root(stands, other)
                stands[max(first, second)] = min(first, second)
    return [_root(stands, key_of("party", name)) for name in names]


def slips(kind: Kind, labels: Sequence[str | None], printed: Sequence[set[str]]) -> Iterator[frozenset[str]]:
    """For each label, what it must have meant where it was copied wrongly, by `key_of`; mostly nothing.

    A label is such a slip where its page does not print it (`printed`: the keys of its candidates), and other examples
    share a spelling, more of them than have this one, that its page does print and that differs in a letter or two.
    """
    keys = [None if label is None else key_of(kind, label) for label in labels]
    counted = Counter(key for key in keys if key is not None)
    shared = [key for key, count in sorted(counted.items()) if count >= EXAMPLES]
    for key, page in zip(keys, printed, strict=True):
        meant = [] if key is None or key in page else [one for one in shared if one in page]
        yield frozenset(one for one in meant if key is not None and counted[one] > counted[key] and near(key, one))


def _root(stands: Mapping[str, str], key: str) -> str:
    while stands[key] != key:
        key = stands[key]
    return key


def _key(spec: DocumentSpec, label: Label, field: str) -> str:
    return key_of(spec.fields[field].type, label.fields[field])
