"""Units of measure: what stands after a number, what a description asks for, and how one becomes the other."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from extractors.utterance.numbers import readings
from extractors.utterance.text import Span, Utterance

_TABLE = {
    "length": (
        "meter m meters metre metres 1|kilometer km kilometers kilometre kilometres 1000|centimeter cm centimeters "
        "centimetre centimetres 0.01|millimeter mm millimeters millimetre millimetres 0.001|mile mi miles 1609.344|"
        "foot ft feet 0.3048|inch inches 0.0254|yard yd yards 0.9144|micrometer µm micrometers 1e-6|nanometer nm "
        "nanometers 1e-9"
    ),
    "time": (
        "second s sec secs seconds 1|minute min mins minutes 60|hour h hr hrs hours 3600|day days 86400|week weeks "
        "604800|millisecond ms milliseconds 0.001"
    ),
    "mass": (
        "kilogram kg kgs kilograms 1|gram g grams 0.001|milligram mg milligrams 1e-6|pound lb lbs pounds 0.45359237|"
        "ounce oz ounces 0.028349523125|tonne ton tons tonnes 1000"
    ),
    "volume": "liter l liters litre litres 1|milliliter ml milliliters millilitre millilitres 0.001|gallon gallons "
    "3.785411784",
    "capacitance": "farad f farads 1|microfarad µf uf microfarads 1e-6|nanofarad nf nanofarads 1e-9|picofarad pf 1e-12",
    "inductance": "henry henries 1|millihenry mh millihenries 0.001|microhenry µh uh microhenries 1e-6",
    "frequency": "hertz hz 1|kilohertz khz 1000|megahertz mhz 1e6|gigahertz ghz 1e9",
    "power": "watt w watts 1|kilowatt kw kilowatts 1000|megawatt mw megawatts 1e6",
    "data": "megabyte mb megabytes 1|gigabyte gb gigabytes 1000|terabyte tb terabytes 1e6",
    "months": "month months 1|year years yr yrs 12",
    "temperature": "kelvin k 1|celsius centigrade 1|fahrenheit 0.55555555555555556",
}
"""By dimension: a unit's name, its other spellings, and how many of the dimension's first unit it is."""
_ZEROS = {"celsius": 273.15, "fahrenheit": 459.67 / 1.8}
"""Where a unit's zero is another than that of its dimension's first unit, where that is."""
_ALONE = (
    "dollar dollars usd|euro euros eur|percent pct|degree degrees|volt volts v|"
    "ampere amperes amp amps a|ohm ohms|newton newtons n|joule joules j|coulomb coulombs c|pascal pascals pa|atm "
    "atmosphere atmospheres|mole moles mol|people persons person|bpm|calorie calories|kph|mph|rpm|decibel "
    "decibels db|hectare hectares ha|acre acres"
)
UNITS: dict[str, tuple[str, str, float]] = {
    spelling: (row.split()[0], dimension, float(row.split()[-1]))
    for dimension, rows in _TABLE.items()
    for row in rows.split("|")
    for spelling in row.split()[:-1]
} | {spelling: (row.split()[0], "", 1.0) for row in _ALONE.split("|") for spelling in row.split()}
"""A spelling to the unit's name, its dimension and its factor."""
_MARKS = {"%": "percent", "°": "degree", "$": "dollar", "€": "euro"}
_DEGREES = ("°", "degree", "degrees")
_SCALES = {"c": "celsius", "celsius": "celsius", "f": "fahrenheit", "fahrenheit": "fahrenheit", "k": "kelvin"}
"""What may stand after a degree."""
_POWERS = {"square": "^2", "sq": "^2", "cubic": "^3"}
_RAISED = {"squared": "^2", "cubed": "^3", "²": "^2", "³": "^3"}


def unit_at(lowers: Sequence[str], place: int) -> tuple[str, int]:
    """The unit that begins at a token (`meter/second^2`), and the token after it; "" where there is none."""
    count = len(lowers)
    if place >= count:
        return "", place
    scale = _scale(lowers, place)
    if scale:
        return scale, place + 2
    if lowers[place] in _MARKS:
        return _MARKS[lowers[place]], place + 1
    power = _POWERS.get(lowers[place], "")
    place += bool(power)
    name = _single(lowers, place)
    if not name:
        return "", place
    name, place = name + power, place + 1
    name, place = _raised(lowers, name, place)
    while place + 1 < count and lowers[place] in ("/", "per") and _single(lowers, place + 1):
        below, place = _raised(lowers, _single(lowers, place + 1), place + 2)
        name = f"{name}/{below}"
        if place < count and lowers[place] in ("per",) and _single(lowers, place + 1) == below:
            name, place = name + "^2", place + 2
    return name, place


def _scale(lowers: Sequence[str], place: int) -> str:
    """`celsius` where `degrees C` begins; "" where no such thing does."""
    scale = lowers[place + 1] if lowers[place] in _DEGREES and place + 1 < len(lowers) else ""
    return _SCALES.get(scale, "")


def _single(lowers: Sequence[str], place: int) -> str:
    return UNITS[lowers[place]][0] if place < len(lowers) and lowers[place] in UNITS else ""


def _raised(lowers: Sequence[str], name: str, place: int) -> tuple[str, int]:
    if place < len(lowers) and lowers[place] in _RAISED:
        return name + _RAISED[lowers[place]], place + 1
    if place + 1 < len(lowers) and lowers[place] == "^" and lowers[place + 1] in ("2", "3"):
        return f"{name}^{lowers[place + 1]}", place + 2
    return name, place


def unit_of(utterance: Utterance, start: int, end: int) -> str:
    """The unit of the number at these tokens: what stands after it or, for money, before it."""
    known: dict[int, str] = utterance.found.setdefault("units", {})
    if end not in known:
        before = utterance.tokens[start - 1] if start else ""
        last = utterance.lowers[end - 1] if end else ""
        name = "percent" if last in ("%", "percent", "pct") else _MARKS.get(before, "") if before in "$€" else ""
        known[end] = name or unit_at(utterance.lowers, end)[0]
    return known[end]


@lru_cache(maxsize=4096)
def units_in(text: str) -> tuple[str, ...]:
    """The units that a description or a name asks for: `in meters per second` gives `meter/second`."""
    lowers = Utterance.of(text[:1000]).lowers
    found: list[str] = []
    place = 0
    while place < len(lowers):
        name, end = unit_at(lowers, place)
        # A single letter is a unit only in brackets or after `in`: `a` is mostly an article.
        bare = len(lowers[place]) == 1 and lowers[max(0, place - 1)] not in ("in", "(", "/")
        if name and not bare:
            found += ["degree", name] if lowers[place] in _DEGREES else [name]
        place = max(place + 1, end)
    return tuple(dict.fromkeys(found))


def units(utterance: Utterance) -> list[Span]:
    """Units that the utterance names, as they were typed: `km/h`, `grams per mole`."""
    found: list[Span] = []
    place = 0
    while place < len(utterance.lowers):
        name, end = unit_at(utterance.lowers, place)
        if name and (len(utterance.lowers[place]) > 1 or end > place + 1):
            found.append(Span("text", utterance.text_of(place, end), place, end, "unit"))
        place = max(end, place + 1)
    return found


def measures(utterance: Utterance, unit: str, whole: bool = False) -> list[Span]:
    """Numbers that are printed with another unit of the same dimension, in `unit`: `2 minutes` is 120 for `second`.

    Units that follow each other add up: `5 ft 10 in`. `whole`: integers alone, as int.
    """
    if unit not in DIMENSIONS:
        return []
    dimension, factor = DIMENSIONS[unit]
    found: list[Span] = []
    parts = list(_measured(utterance, dimension))
    for place, (start, end, amount, name) in enumerate(parts):
        total, last, alone = amount, end, True
        if place and parts[place - 1][1] == start:
            continue
        for next_start, next_end, more, _ in parts[place + 1 :]:
            if next_start != last:
                break
            total, last, alone = total + more, next_end, False
        value = round((total - _ZEROS.get(unit, 0.0)) / factor, 9)
        if (name != unit or not alone) and (not whole or value == int(value)):
            found.append(Span("measure", int(value) if whole else value, start, last, "converted"))
    return found


def _measured(utterance: Utterance, dimension: str) -> Iterator[tuple[int, int, float, str]]:
    """Numbers with a unit of a dimension: from, to, the amount in the dimension's first unit, and the unit."""
    for span in readings(utterance):
        end = span.end + 1
        spelling = utterance.lowers[span.end] if span.end < len(utterance.lowers) else ""
        if spelling in _DEGREES:
            spelling, end = _scale(utterance.lowers, span.end), end + 1
        name, kind, factor = UNITS.get(spelling, ("", "", 1.0))
        if spelling == "in" and dimension == "length" and _is_inch(utterance, span.end):
            name, kind, factor = "inch", "length", 0.0254
        if kind == dimension and span.form in ("digits", "words", "grouped"):
            yield span.start, end, span.value * factor + _ZEROS.get(name, 0.0), name


def _is_inch(utterance: Utterance, place: int) -> bool:
    """`10in` is a length, `10 in a row` is none."""
    return utterance.starts[place] == utterance.ends[place - 1]


def convertible(wanted: Sequence[str]) -> frozenset[str]:
    """Other units of the same dimensions: there a bare number is no answer, and `measures` has it converted."""
    dimensions = {DIMENSIONS[unit][0] for unit in wanted if unit in DIMENSIONS}
    return frozenset(unit for unit, (kind, _) in DIMENSIONS.items() if kind in dimensions and unit not in wanted)


DIMENSIONS = {name: (dimension, factor) for name, dimension, factor in UNITS.values() if dimension}
"""A unit's name to its dimension and factor."""
