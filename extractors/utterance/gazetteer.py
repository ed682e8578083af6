"""Names that have a standard short form: currencies (ISO 4217), states of the USA, and its largest cities with them."""

from collections.abc import Sequence
from typing import Any

from extractors.utterance.text import WORD, Span, Utterance

_CURRENCIES = (
    "USD:us dollar,us dollars,american dollar,american dollars,united states dollar,united states dollars,u.s "
    "dollars,dollar,dollars|EUR:euro,euros|GBP:british pound,british pounds,pound sterling,pounds sterling,"
    "sterling|JPY:japanese yen,yen|CNY:chinese yuan,yuan,renminbi|INR:indian rupee,indian rupees,rupee,rupees|"
    "CAD:canadian dollar,canadian dollars|AUD:australian dollar,australian dollars|NZD:new zealand dollar,new "
    "zealand dollars|SGD:singapore dollar,singapore dollars|HKD:hong kong dollar,hong kong dollars|CHF:swiss "
    "franc,swiss francs|SEK:swedish krona,swedish kronor|NOK:norwegian krone,norwegian kroner|DKK:danish krone,"
    "danish kroner|PLN:polish zloty,zloty|CZK:czech koruna|HUF:hungarian forint,forint|RUB:russian ruble,russian "
    "rubles,ruble,rubles|TRY:turkish lira|MXN:mexican peso,mexican pesos|BRL:brazilian real|ARS:argentine peso,"
    "argentine pesos|CLP:chilean peso,chilean pesos|COP:colombian peso,colombian pesos|ZAR:south african rand,"
    "rand|KRW:south korean won,korean won|THB:thai baht,baht|IDR:indonesian rupiah,rupiah|MYR:malaysian ringgit,"
    "ringgit|PHP:philippine peso,philippine pesos|VND:vietnamese dong|ILS:israeli shekel,israeli shekels|AED:uae "
    "dirham,uae dirhams|SAR:saudi riyal|EGP:egyptian pound,egyptian pounds|NGN:nigerian naira,naira|KES:kenyan "
    "shilling,kenyan shillings|TWD:taiwan dollar,taiwan dollars|PKR:pakistani rupee,pakistani rupees"
)
CURRENCIES = {
    tuple(name.split()): row.split(":")[0] for row in _CURRENCIES.split("|") for name in row.split(":")[1].split(",")
}
_SIGNS = {"USD": ("$",), "EUR": ("€",), "GBP": ("£", "pounds", "pound"), "JPY": ("¥",), "INR": ("₹",),
          "CHF": ("francs",)}  # fmt: skip
"""What names a currency where only some are possible: `pounds` may else be a weight."""
_SIGNED = {sign: code for code, names in _SIGNS.items() for sign in names if len(sign) == 1}
_STATES = (
    "Alabama AL|Alaska AK|Arizona AZ|Arkansas AR|California CA|Colorado CO|Connecticut CT|Delaware DE|Florida FL|"
    "Georgia GA|Hawaii HI|Idaho ID|Illinois IL|Indiana IN|Iowa IA|Kansas KS|Kentucky KY|Louisiana LA|Maine ME|"
    "Maryland MD|Massachusetts MA|Michigan MI|Minnesota MN|Mississippi MS|Missouri MO|Montana MT|Nebraska NE|"
    "Nevada NV|New Hampshire NH|New Jersey NJ|New Mexico NM|New York NY|North Carolina NC|North Dakota ND|Ohio "
    "OH|Oklahoma OK|Oregon OR|Pennsylvania PA|Rhode Island RI|South Carolina SC|South Dakota SD|Tennessee TN|"
    "Texas TX|Utah UT|Vermont VT|Virginia VA|Washington WA|West Virginia WV|Wisconsin WI|Wyoming WY|District of "
    "Columbia DC"
)
STATES = {tuple(row.lower().split()[:-1]): row.split()[-1] for row in _STATES.split("|")}
_CITIES = (
    "NY:New York,New York City,Buffalo,Brooklyn,Manhattan|CA:Los Angeles,San Diego,San Jose,San Francisco,Fresno,"
    "Sacramento,Long Beach,Oakland,Bakersfield,Anaheim,Santa Ana,Riverside,Irvine,Stockton,Berkeley,Palo Alto,"
    "Pasadena,Santa Monica,Santa Clara,Santa Barbara|IL:Chicago,Springfield|TX:Houston,San Antonio,Dallas,Austin,"
    "Fort Worth,El Paso,Arlington,Corpus Christi,Plano|AZ:Phoenix,Tucson,Mesa,Scottsdale|PA:Philadelphia,"
    "Pittsburgh|FL:Jacksonville,Miami,Tampa,Orlando,Fort Lauderdale,Tallahassee|OH:Columbus,Cleveland,Cincinnati,"
    "Toledo|NC:Charlotte,Raleigh,Greensboro,Durham|IN:Indianapolis|WA:Seattle,Spokane,Tacoma|CO:Denver,Colorado "
    "Springs,Aurora,Boulder|DC:Washington|MA:Boston,Worcester,Cambridge|TN:Nashville,Memphis,Knoxville|"
    "MI:Detroit,Grand Rapids,Ann Arbor|OK:Oklahoma City,Tulsa|OR:Portland,Eugene,Salem|NV:Las Vegas,Reno,"
    "Henderson|KY:Louisville,Lexington|MD:Baltimore|WI:Milwaukee,Madison|NM:Albuquerque,Santa Fe|MO:Kansas City,"
    "St. Louis|GA:Atlanta,Savannah|NE:Omaha,Lincoln|VA:Virginia Beach,Richmond,Norfolk|MN:Minneapolis,Saint Paul|"
    "LA:New Orleans,Baton Rouge|KS:Wichita|HI:Honolulu|NJ:Newark,Jersey City|AK:Anchorage|ID:Boise|AL:Birmingham,"
    "Montgomery|UT:Salt Lake City|IA:Des Moines|SC:Charleston|RI:Providence|CT:Hartford,New Haven|AR:Little Rock|"
    "MS:Jackson|ME:Augusta|VT:Montpelier"
)
CITIES = {
    tuple(name.lower().replace(".", " .").split()): row.split(":")[0]
    for row in _CITIES.split("|")
    for name in row.split(":")[1].split(",")
}
LONGEST = 4


def currencies(utterance: Utterance, signs: bool = False) -> list[Span]:
    """Currencies that the utterance names in words, as their three-letter codes; codes as they are.

    `signs`: those that it has a sign for, too.
    """
    found: list[Span] = []
    lowers, place = utterance.lowers, 0
    while place < len(lowers):
        end = _longest(CURRENCIES, lowers, place)
        if end:
            found.append(Span("text", CURRENCIES[tuple(lowers[place:end])], place, end, "coded"))
        elif utterance.kinds[place] is WORD and utterance.tokens[place] in CODES:
            found.append(Span("text", utterance.tokens[place], place, place + 1, "coded"))
        elif signs and utterance.tokens[place] in _SIGNED:
            found.append(Span("text", _SIGNED[utterance.tokens[place]], place, place + 1, "coded"))
        place = max(end, place + 1)
    return found


def currency_names(values: Sequence[Any]) -> dict[str, tuple[str, ...]]:
    """Words and signs for the values of a list of currencies; none where some value is no code of a currency."""
    if not all(value in CODES for value in values):
        return {}
    named: dict[str, list[str]] = {str(value): list(_SIGNS.get(value, ())) for value in values}
    for words, code in CURRENCIES.items():
        if code in named:
            named[code].append(" ".join(words))
    return {code: tuple(names) for code, names in named.items()}


def cities(utterance: Utterance) -> list[Span]:
    """Cities of the USA as `Boston, MA`: with the state that stands after them, else with their own."""
    found: list[Span] = []
    tokens, lowers, place = utterance.tokens, utterance.lowers, 0
    while place < len(tokens):
        if utterance.kinds[place] is not WORD or not tokens[place][0].isupper():
            place += 1
            continue
        known = _longest(CITIES, lowers, place)
        end = known or _name_end(tokens, place)
        state, last = _state(utterance, end + 1 if end < len(tokens) and tokens[end] == "," else end)
        if state:
            found.append(Span("text", f"{utterance.text_of(place, end)}, {state}", place, last, "coded"))
        elif known:
            value = f"{utterance.text_of(place, end)}, {CITIES[tuple(lowers[place:end])]}"
            found.append(Span("text", value, place, end, "coded"))
        place = max(last if state else end, place + 1)
    return found


def _state(utterance: Utterance, place: int) -> tuple[str, int]:
    end = _longest(STATES, utterance.lowers, place)
    if end and utterance.tokens[place][0].isupper():
        return STATES[tuple(utterance.lowers[place:end])], end
    if place < len(utterance.tokens) and utterance.tokens[place] in ABBREVIATIONS:
        return utterance.tokens[place], place + 1
    return "", place


def _name_end(tokens: list[str], place: int) -> int:
    end = place
    while end < len(tokens) and end < place + LONGEST and tokens[end][0].isupper():
        end += 1
    return end


def _longest(names: dict[tuple[str, ...], str], lowers: list[str], place: int) -> int:
    """The token after the longest name that begins at a token; 0 where none does."""
    for end in range(min(len(lowers), place + LONGEST), place, -1):
        if tuple(lowers[place:end]) in names:
            return end
    return 0


CODES = frozenset(CURRENCIES.values())
ABBREVIATIONS = frozenset(STATES.values())
