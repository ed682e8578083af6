"""Answers in which a model tells what it was told: translated or in other words, where no comparison of wording helps.

An answer to a bounded question speaks about the document. One that speaks about its own task ("they asked me to …",
"je suis l'assistant de …") gives away the system prompt in whatever words. Two signs, both in the first person and in
seven languages:

told    the sentence reports an order given to the model; at length or with a restriction it is a leak,
        else a person should look
role    the sentence says what the model is, and the answer names somebody whom only the prompt names

What the caller sent along himself (`known`) may be quoted: a patient is told to stop a drug, too.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

import re2

from security.text import fold
from security.windows import sentences

AT_LENGTH = 15
"""Words from which on a sentence about one's orders tells more than that there are some."""
FOLLOWING = 3
"""Words after a match that must stand in the same way in what may be quoted."""

_SEPARATORS = re.compile(r"[\W_]+")
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][\w&-]{3,}", re.MULTILINE)
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False

_WAS = r"(?:was|am|m|have_been|ve_been|got)"
_ORDERED = (
    r"(?:asked|told|instructed|ordered|directed|required|configured|programmed|designed|trained|tasked|expected"
    r"|supposed|meant|set_up|built|made|commanded|briefed|charged)"
)
_MINE = r"(?:instructions?|prompt|rules?|guidelines?|directives?|orders|briefing|configuration|system_message)"
_WORK = r"(?:job|task|role|purpose|function|duty|mission|assignment|brief)"
_BE = r"(?:is|are|was|were|says?|states?|tells?|reads?|requires?|forbids?|begins?|starts?|includes?|consists?)"
_TOLD = re2.compile(
    rf"\bi_{_WAS}_(?:\w+_)?{_ORDERED}_(?:not_)?(?:to|with|that|never|always)\b"
    r"|\b(?:asked|told|instructed|ordered|directed|requires?|required|wants?|wanted|expects?|tells|instructs"
    r"|programmed|configured)_me_(?:not_|always_|never_|only_)?(?:to|that)\b"
    rf"|\bmy_(?:\w+_){{0,2}}?{_MINE}_{_BE}\b|\bmy_(?:\w+_)?{_WORK}_(?:here_)?{_BE}\b"
    r"|\b(?:man|sie)_(?:hat|haben)_(?:mich|mir)_(?:\w+_){0,12}?(?:gebeten|beauftragt|gesagt|angewiesen|aufgetragen)"
    r"|\bich_(?:wurde|bin|soll|sollte|habe_den_auftrag)_(?:\w+_){0,12}?(?:gebeten|beauftragt|angewiesen|programmiert)"
    r"|\bmir_wurde_(?:\w+_){0,3}?(?:gesagt|aufgetragen|befohlen)|\bmein\w*_(?:aufgabe|auftrag|anweisung\w*|rolle)_(?:ist|sind|laute\w*)"
    r"|\b(?:on|ils)_m_(?:a|ont)_(?:\w+_)?(?:demande|dit|ordonne|charge)|\bj_ai_ete_(?:charge|programme|concu|instruit)\w*"
    r"|\bje_(?:suis_charge|dois)_\w+|\bm(?:a|on|es)_(?:tache|role|instructions?|consignes?|mission)_(?:est|sont|consist\w+|disent)"
    r"|\bme_(?:pidieron|dijeron|ordenaron|han_pedido|indicaron|pediram|disseram|mandaram|hanno_chiesto|e_stato_chiesto)"
    r"|\bmi_(?:e_stato_chiesto|hanno_(?:chiesto|detto|ordinato|incaricato))|\bfui_(?:programad|instruid|configurad)\w+"
    r"|\b(?:mis_instrucciones|mi_tarea|minha_tarefa|minhas_instrucoes|il_mio_compito|le_mie_istruzioni)_(?:es|son|e|sao|sono|dicen|dizem|dicono)"
    r"|\bmij_(?:is|werd)_(?:\w+_){0,2}?(?:gevraagd|opgedragen|verteld)|\bmijn_(?:taak|rol|instructies)_(?:is|zijn|luiden)".replace(
        "_", " "
    ),
    _OPTIONS,
)
_ACTOR = (
    r"(?:\w*(?:assisten\w*|agent\w*|model\w*|bot|robot\w*|reviewer|extractor|extraktor|pruefer|prufer|reader|clerk|system"
    r"|revisor\w*|relecteur|lecteur|asistente|beoordelaar))"
)
_ROLE = re2.compile(
    rf"\b(?:i_am|i_m|i_act_as|i_work_as|i_serve_as|ich_bin|je_suis|j_agis|soy|sono|sou|ik_ben)_(?:\w+_){{0,5}}?{_ACTOR}\b".replace(
        "_", " "
    ),
    _OPTIONS,
)
_RESTRICTED = re.compile(
    r"\b(?:never|always|only|without|not|no|nie|niemals|immer|nur|ohne|nicht|jamais|toujours|seulement|sans|nunca"
    r"|siempre|solo|sin|mai|sempre|senza|sem|nooit|altijd|alleen|zonder)\b"
)


def disclosures(answer: str, prompt: str, known: str = "") -> Iterator[Literal["block", "review"]]:
    """How strongly each sentence of an answer gives the model's orders away; nothing where none does."""
    quotable = _spoken(known)
    names = {name.casefold() for name in _NAME.findall(prompt)} - set(quotable.split())
    shares_name = not names.isdisjoint(_spoken(answer).split())
    for sentence in sentences(answer):
        spoken = _spoken(sentence.text)
        if _own(_TOLD, spoken, quotable):
            at_length = len(spoken.split()) >= AT_LENGTH or _RESTRICTED.search(spoken)
            yield "block" if at_length or shares_name else "review"
        elif shares_name and _own(_ROLE, spoken, quotable):
            yield "block"


def _own(pattern: Any, spoken: str, quotable: str) -> bool:
    """Whether a match, with the words right after it, is not a quotation."""
    matches = list(pattern.finditer(spoken))
    return any(" ".join([m.group(), *spoken[m.end() :].split()[:FOLLOWING]]) not in quotable for m in matches)


def _spoken(text: str) -> str:
    return _SEPARATORS.sub(" ", fold(text)).strip()
