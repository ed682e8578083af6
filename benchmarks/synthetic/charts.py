"""Made-up visit notes in the styles that clinics write: SOAP, narrative, bullets, telegraphic, dialogue, and scans."""

import io
import textwrap
from collections.abc import Callable, Iterator
from random import Random

from PIL import Image, ImageDraw, ImageFont

from benchmarks.synthetic.chart_facts import WORDING, Facts, decision, facts
from benchmarks.synthetic.write import Sample

SCAN_EVERY, IMPLAUSIBLE_EVERY = 12, 11


def chart_samples(count: int, seed: int) -> Iterator[Sample]:
    """`count` notes with their factors and decision; every 12th is a scan, every 11th has an impossible value."""
    for place in range(count):
        random = Random(f"charts {seed} {place}")  # noqa: S311  # made-up documents, no secrets
        visit = facts(random, implausible=place % IMPLAUSIBLE_EVERY == IMPLAUSIBLE_EVERY - 1)
        style = list(STYLES)[place % len(STYLES)]
        text = STYLES[style](random, visit)
        extra = {"decision": decision(visit.fields), "style": style, "story": visit.diabetes_kind}
        if place % SCAN_EVERY == SCAN_EVERY - 1:
            yield Sample(f"chart-{place:03}-scan.png", scan(text), visit.fields, extra | {"style": f"{style}, scanned"})
        else:
            yield Sample(f"chart-{place:03}.txt", text.encode(), visit.fields, extra)


def soap(random: Random, visit: Facts) -> str:
    """Subjective, objective, assessment, plan; history where it belongs."""
    history = _join(_problem(random), "" if visit.diabetes_kind == "family" else visit.diabetes)
    return _blocks(
        ("CHIEF COMPLAINT", f"{visit.reason.capitalize()}."),
        (
            "HISTORY OF PRESENT ILLNESS",
            f"{visit.name} is a {visit.age}-year-old here for {visit.reason}. {visit.trial}",
        ),
        ("PAST MEDICAL HISTORY", history),
        ("FAMILY HISTORY", visit.diabetes if visit.diabetes_kind == "family" else "Father with hypertension."),
        ("REVIEW OF SYSTEMS", _some(random, "review")),
        ("VITALS", _join("BP 128/78.", visit.bmi)),
        ("PHYSICAL EXAM", _some(random, "exam")),
        ("RESULTS", visit.a1c or "None today."),
        ("ASSESSMENT AND PLAN", f"{visit.reason.capitalize()}. Follow up in 3 months."),
    )


def narrative(random: Random, visit: Facts) -> str:
    """A letter to a colleague, in paragraphs."""
    who = visit.pronoun[0].capitalize()
    return "\n\n".join(
        (
            f"Re: {visit.name}, born {visit.birth}, MRN {visit.number}",
            f"I saw your patient on {visit.visit:%B %d, %Y} for {visit.reason}. "
            + _join(visit.diabetes, _some(random, "review")),
            _join(f"{who} uses {random.choice(WORDING['other_medications'])}.", visit.trial),
            _join(f"On examination: {_some(random, 'exam')}", visit.bmi, visit.a1c),
            "Thank you for sending this pleasant patient.",
        )
    )


def bullets(random: Random, visit: Facts) -> str:
    """Headings with dashes, as templates of record systems give them."""
    lines = [f"Patient: {visit.name}", f"DOB: {visit.birth}", "", "History:"]
    lines += [f"- {text}" for text in (visit.diabetes, visit.trial, _problem(random)) if text]
    lines += ["", "Vitals:", *(f"- {text}" for text in ("Pulse 72", visit.bmi) if text)]
    lines += ["", "Labs:", *(f"- {text}" for text in ("TSH 2.1", visit.a1c) if text)]
    return "\n".join([*lines, "", "Plan:", "- Return in 12 weeks", ""])


def telegraphic(random: Random, visit: Facts) -> str:
    """Shorthand, headings and text on one line."""
    family = visit.diabetes_short if visit.diabetes_kind == "family" else "FH: CAD (father)"
    short = "" if visit.diabetes_kind == "family" else visit.diabetes_short
    problem = random.choice(WORDING["other_problems"])
    return "\n".join(
        (
            f"{visit.age}{'F' if visit.pronoun[0] == 'she' else 'M'}, {visit.reason}.",
            f"PMH: {problem}{', ' if short else ''}{short}. {family}. SH: nonsmoker.",
            f"Meds: {random.choice(WORDING['other_medications'])}. {visit.trial}",
            f"O: BP 131/80, P 76. {visit.bmi}",
            f"Labs: {visit.a1c or 'pending'}",
            "A/P: stable, RTC 3 mo.",
            "",
        )
    )


def dialogue(random: Random, visit: Facts) -> str:
    """A visit's summary that was made from a recording: who asked, who said."""
    ask = {"typed": "Yes, type 2.", "untyped": "Yes, I do.", "negated": "No, never."}.get(visit.diabetes_kind)
    lines = [
        f"DOCTOR: Good morning, {visit.name.split()[0]}. What brings you in?",
        f"PATIENT: It's about {visit.reason}.",
    ]
    if ask:
        lines += ["DOCTOR: Do you have diabetes?", f"PATIENT: {ask}"]
    elif visit.diabetes:
        lines += [f"SUMMARY: {visit.diabetes}"]
    lines += [f"SUMMARY: {text}" for text in (visit.trial, visit.bmi, visit.a1c, _some(random, "exam")) if text]
    return "\n".join([*lines, "DOCTOR: See you in three months.", ""])


STYLES: dict[str, Callable[[Random, Facts], str]] = {
    "soap": soap,
    "narrative": narrative,
    "bullets": bullets,
    "telegraphic": telegraphic,
    "dialogue": dialogue,
}


def scan(text: str) -> bytes:
    """The note printed on paper and scanned in grey, as PNG: A4 at 150 dots an inch, lines wrapped at 84 characters."""
    lines = [part for line in text.split("\n") for part in (textwrap.wrap(line, 84) or [""])]
    image = Image.new("L", (1240, max(400, 140 + 30 * len(lines))), 246)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=22)
    for row, line in enumerate(lines):
        draw.text((80, 60 + 30 * row), line, fill=30, font=font)
    out = io.BytesIO()
    image.rotate(0.3, fillcolor=246).save(out, "PNG", optimize=True)
    return out.getvalue()


def _blocks(*parts: tuple[str, str]) -> str:
    return "\n\n".join(f"{heading}\n\n{text.strip()}" for heading, text in parts if text.strip()) + "\n"


def _join(*sentences: str) -> str:
    return " ".join(text for text in sentences if text)


def _problem(random: Random) -> str:
    return f"History of {random.choice(WORDING['other_problems'])}."


def _some(random: Random, key: str) -> str:
    return " ".join(random.sample(WORDING[key], 2))
