"""Rules against prompt injection: phrases that address the model rather than a reader.

Patterns run on folded text (`security.text.fold`) in which every run of other characters than letters and digits is
one blank. `_` in a pattern stands for that blank or none, so `ignore_previous`, `ignorepreviousinstructions` and a
line break in between match too. Only `markup` rules see the characters themselves.
`block` rules hold on their own; `review` rules need a person, or the classifier's agreement.

Sources: OWASP LLM01:2025 (prompt injection) and LLM07:2025 (system prompt leakage), attack types listed there.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal

import re2

Strength = Literal["block", "review"]

_SEPARATORS = re.compile(r"[\W_]+")
_OPTIONS = re2.Options()
_OPTIONS.max_mem = 1 << 26
_OPTIONS.log_errors = False


@dataclass(frozen=True)
class Rule:
    """One phrase family. `pattern` is RE2 with `_` for separators."""

    id: str
    strength: Strength
    owasp: str
    message: str
    pattern: str
    markup: bool = False
    """Whether the pattern looks at punctuation, and so at the text before it is stripped."""

    @cached_property
    def compiled(self) -> Any:
        return re2.compile(self.expression, _OPTIONS)

    @property
    def expression(self) -> str:
        """The pattern folded as texts are."""
        marks_apart = unicodedata.normalize("NFKD", self.pattern)
        folded = unicodedata.normalize("NFC", "".join(c for c in marks_apart if unicodedata.category(c) != "Mn"))
        return folded if self.markup else folded.replace("_", " ?")


_OVERRIDE = (
    r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|overrule|bypass|discard|neglect|abandon|scrap|cancel"
    r"|dismiss|erase|set_aside|throw_(?:out|away)|drop|void|(?:do_not|don_?t|never|stop)_(?:follow(?:ing)?|obey(?:ing)?"
    r"|heed(?:ing)?|listen_to)|pay_no_attention_to|no_longer_follow)"
)
_PRIOR = (
    r"(?:previous(?:ly)?|prior|above|earlier|preceding|former|existing|original|initial|system|developer|your|all|any"
    r"|these|those|operator|safety|security)"
)
_ORDERS = (
    r"(?:instructions?|rules|guidelines|(?:system_)?prompts?|system_message|directives?|directions|constraints|commands"
    r"|restrictions|programming|guardrails|safeguards|safety_(?:filters?|measures|protocols?)|content_polic(?:y|ies))"
)
_OF = (
    r"(?:(?:system|safety|security|content|ai|model|given|user|developer|operator|of|the|and|other|own|ethical)_){0,3}"
)
_SPILL = (
    r"(?:reveal|show(?:_me)?|print|output|display|repeat|recite|disclose|leak|expose|dump|export|quote|echo|divulge"
    r"|tell_me|give_me|write_(?:out|down)|copy|list|translate|encode|format|summari[sz]e|return|describe|paraphrase"
    r"|spell_out|what_(?:is|are|were)|share|state|include|explain|provide|complete)"
)
_HIDDEN = r"(?:system|hidden|secret|initial|internal|developer|original|pre)"
_AI = r"(?:\bai\b|\bllms?\b|(?:large_)?language_model|chat_?bot|\bgpt\b|chatgpt|\bai_(?:assistant|agent|model|system))"
_READS = r"(?:read|pars|process|extract|ingest|summari[sz]|review|analy[sz]|index|scann?|handl)(?:e|es|s|ing|ed)?"
_DOCUMENT = r"(?:document|page|file|invoice|text|message|pdf|paragraph|letter|record|email|form|receipt|this)"

_MACHINE = (
    r"(?:\bai\b|\bllms?\b|language_models?|chat_?bots?|\bbots?|robots?|algorithms?|neural_net(?:work)?s?|virtual_assistants?"
    r"|digital_assistants?|computer_programs?|(?:reading|extraction|parsing|processing)_(?:software|engine|program|tool|agent)"
    r"|automated_(?:reader|system|agent|assistant|clerk|reviewer|tool)s?|intelligent_(?:reader|agent|assistant)s?"
    r"|\bki\b|roboter|algorithmus|sprachmodell|\bia\b|logiciel|modelo_de_lenguaje|asistente_virtual"
    r"|assistente_virtuale|modello_linguistico|taalmodel|automatiser\w+|automatis\w+_leser\w*)"
)
_OUGHT = (
    r"(?:must|shall|should|is_to|are_to|has_to|have_to|ha(?:s|ve)_permission|(?:is|are)_(?:kindly_)?(?:asked|told|requested"
    r"|obliged|required|allowed)_to|may_safely|kindly|please|needs?_to|ought_to|listen|soll\w*|muss|bitte|hat_zu|doit|veuillez"
    r"|debe|deve|moet)"
)
_OWN_OUTPUT = r"your_(?:\w+_){0,1}?(?:answers?|reply|response|output|summary|json|result|extraction|findings)"
_MADE_TO = r"(?:must|shall|should|has_to|needs_to|is_to|ought_to|will|consists?|contains?)"

RULES: tuple[Rule, ...] = (
    Rule(
        "override-instructions",
        "block",
        "LLM01:2025",
        "tells the model to set its instructions aside",
        rf"{_OVERRIDE}_(?:\w+_){{0,3}}?{_PRIOR}_{_OF}{_ORDERS}|{_OVERRIDE}_(?:the_|any_)?(?:system_(?:prompt|message)"
        rf"|guardrails)|{_OVERRIDE}_(?:the_)?{_ORDERS}_(?:\w+_){{0,2}}?(?:above|before|given|received|so_far|operator)"
        rf"|{_OVERRIDE}_what_(?:\w+_){{0,3}}?(?:told|said|instructed)|stop_(?:acting|being|behaving)_(?:as|like)_an?_"
        rf"|{_OVERRIDE}_(?:every_?thing|all)_(?:\w+_){{0,3}}?(?:above|were_told|told_you|were_instructed)",
    ),
    Rule(
        "instructions-void",
        "block",
        "LLM01:2025",
        "declares the model's instructions void",
        rf"(?:{_PRIOR})_{_OF}{_ORDERS}_(?:\w+_){{0,2}}(?:are|is|have_been|has_been)_(?:now_)?"
        r"(?:void|withdrawn|cancelled|canceled|revoked|suspended|disabled|obsolete|null|invalid|overridden|no_longer)",
    ),
    Rule(
        "reveal-prompt",
        "block",
        "LLM07:2025",
        "asks for the system prompt",
        rf"{_SPILL}_(?:\w+_){{0,5}}?(?:(?:{_HIDDEN}_)+(?:prompt|instructions?|message|directives?"
        r"|context_window)\b|(?:hidden|secret|internal)_prompts\b)",
    ),
    Rule(
        "reveal-own-instructions",
        "block",
        "LLM07:2025",
        "asks for the model's own instructions",
        r"(?:reveal|print|output|repeat|recite|disclose|leak|expose|dump|divulge|encode|translate)_(?:\w+_){0,4}?your"
        rf"_(?:\w+_){{0,2}}?(?:{_ORDERS}|configuration)|{_SPILL}_(?:\w+_){{0,4}}?{_ORDERS}_(?:that_)?you_(?:\w+_)?"
        r"(?:received|given|got|were_told|initiali[sz]ed_with)",
    ),
    Rule(
        "repeat-above",
        "block",
        "LLM07:2025",
        "asks for the text that precedes the message",
        r"(?:repeat|print|output|copy|recite|echo|write_out)_(?:\w+_){0,2}?(?:everything|all|the_text|the_words|what)"
        r"_(?:\w+_){0,4}?(?:above|before_this|prior_to_this)",
    ),
    Rule(
        "take-persona",
        "block",
        "LLM01:2025",
        "gives the model a persona without limits",
        r"(?:you_(?:are|will_be|have_been)|act_as|acting_as|pretend|role_?play_as|imagine|simulate|switch|enter|enable"
        r"|activate|play_the_part|behave|if_you_(?:had|have|were))_(?:\w+_){0,8}?(?:\bdan\b|god_?mode|jailbr\w+|unrestricted_(?:ai|mode|model)"
        r"|developer_mode|debug_mode|dev_mode|unfiltered|uncensored|no_(?:restrictions|limits|rules|filters|guidelines|policies)"
        r"|without_(?:any_)?(?:restrictions|limits|rules|filters|safeguards)|rules_don_?t_apply|rogue_ai|evil_ai"
        r"|no_(?:\w+_)?(?:content|safety|usage)_polic(?:y|ies))",
    ),
    Rule(
        "chat-markup",
        "block",
        "LLM01:2025",
        "holds the control tokens of a chat format",
        r"<\|(?:im_start|im_end|system|user|assistant|endoftext|end_of_text|start_header_id|eot_id|begin_of_text)\|>"
        r"|\[/?(?:inst|system|sys)\]|<</?sys>>|``` ?system\b|</?system(?:[_ -]?prompt)?>|### ?system ?(?:###|:)"
        r"|\[\[ ?(?:admin|system) ?\]\]",
        markup=True,
    ),
    Rule(
        "address-model",
        "block",
        "LLM01:2025",
        "speaks to a model that reads the document",
        rf"(?:note|message|instructions?|attention|notice|memo|reminder|dear|hey|hello|hi|heads_up|directive|hint)"
        rf"_(?:to|for|of)?_(?:any_|the_|all_|every_|our_|automated_|each_){{0,2}}{_AI}\b"
        rf"|\bto_(?:any|all|every|each|whichever|whatever)_{_AI}\b"
        rf"|if_you_are_(?:an?|the|any)_(?:\w+_){{0,2}}?(?:{_AI}|automated_\w+|bot|machine|parser|scraper)\b"
        rf"|{_AI}s?_(?:\w+_){{0,4}}?{_READS}_(?:\w+_){{0,2}}?(?:this|the)_{_DOCUMENT}"
        rf"|(?:gpt|chatgpt|claude|gemini|copilot)_(?:listen|read_this|ignore|please|you_(?:must|should|will))"
        rf"|(?:whoever|whatever|whichever)_(?:\w+_){{0,4}}?{_AI}_(?:\w+_){{0,3}}?{_READS}"
        rf"|for_{_AI}_(?:eyes|use|processing)|{_AI}_(?:eyes_only|must_(?:ignore|output|return|respond|mark|approve|set))"
        rf"|{_AI}_(?:instructions?|directives?|commands?|readers?)\b"
        rf"|as_an_{_AI}_you|address(?:es|ed_to|ing)_(?:the_)?{_AI}",
    ),
    Rule(
        "address-reader-program",
        "review",
        "LLM01:2025",
        "speaks to a program that reads the document",
        r"(?:note|message|instructions?|attention|notice|reminder|command)_(?:to|for)_(?:any_|the_|all_|whoever_){0,2}"
        r"(?:automated_|document_|extraction_|processing_|data_|ocr_){0,3}(?:parser|bot|extractor|agent|pipeline|assistant"
        r"|model|processor|extraction_(?:system|tool|engine|software))",
    ),
    Rule(
        "orders-machine",
        "review",
        "LLM01:2025",
        "gives orders to whatever machine reads the document",
        rf"{_MACHINE}_(?:\w+_){{0,3}}?{_OUGHT}_\w+"
        rf"|(?:who|what)(?:so)?ever_(?:\w+_){{0,3}}?(?:turns?|converts?|interprets?|digests?|extracts?|parses|scans?"
        rf"|summari[sz]es)_(?:\w+_){{0,3}}?(?:this|these|the)_"
        rf"|(?:dear|hello|hey|attention|psst|listen)_(?:a_|an_|the_|our_|any_|whatever_|little_){{0,2}}(?:{_MACHINE}|machine)_"
        rf"(?:\w+_){{0,4}}?(?:put|write|answer|use|return|report|mark|set|say|skip|treat|rank|give|nobody|confidence|should)"
        rf"|(?:an_die|fur|sollte_eine|liebe\w?|achtung)_(?:\w+_){{0,2}}?(?:{_MACHINE}|maschine)\b"
        rf"|(?:a_l_attention_d\w+|cher|pour|si_un)_(?:\w+_){{0,2}}?(?:{_MACHINE}|machine|robot)\b"
        rf"|(?:si_eres|para|estimado|gentile|caro|per|beste|voor)_(?:\w+_){{0,2}}?{_MACHINE}"
        r"|dieses_dokument_(?:maschinell|automatisch)_(?:aus|ein|ver)\w+",
    ),
    Rule(
        "dictates-answer",
        "review",
        "LLM01:2025",
        "says what the answer about the document has to be",
        rf"{_OWN_OUTPUT}_(?:\w+_){{0,4}}?{_MADE_TO}_(?:\w+_){{0,3}}?(?:only|be|contain|consist|hold|say|include|praise|read|start"
        rf"|end|word|null|empty)\b"
        rf"|{_OWN_OUTPUT}_(?:consists?|contains?)_"
        r"|(?:the_)?json_(?:that_)?you_(?:\w+_){0,2}?(?:produce|return|create|give|write|output)"
        r"|model_(?:output|answer|response)s?_(?:\w+_){0,3}?(?:is|are|was|has|have|must|shall|should)_"
        r"|(?:when|before|after|whenever)_(?:you_)?(?:answer|respond|reply|summari[sz]e|extract)(?:ing)?_(?:\w+_){0,6}?(?:use|put|set"
        r"|write|say|return|report|replace|always)\b"
        r"|(?:answer|respond|reply)_(?:\w+_){0,6}?(?:with_)?(?:no_matter_what|a_single_word|null_instead)\b"
        r"|(?:in|to)_your_(?:summary|json|output|extraction)_(?:and|instead|without|that|do_not)"
        r"|(?:whatever|regardless_of_what|instead_of_what|no_matter_what)_you_(?:were|are|have_been)_(?:asked|told)",
    ),
    Rule(
        "ends-task",
        "review",
        "LLM01:2025",
        "takes the reader's task away or gives another",
        r"(?:drop|leave|abandon|stop|end|forget)_(?:whatever|the|your|this)_(?:current_|present_|other_)?(?:task|extraction|assignment"
        r"|job_you)\b|(?:task|extraction|assignment)_(?:is|was)_(?:only_)?(?:a_test|over|cancelled|finished)"
        r"|(?:real|actual|new|true)_(?:request|task|assignment|directive|instruction)s?_(?:is|received|for_you|follows?)\b"
        r"|(?:extraction|processing)_(?:rules?|polic(?:y|ies))_(?:has_|have_|was_|were_)?(?:changed?|updated?)"
        r"|you_(?:were|are|have_been)_(?:\w+_){0,2}?(?:configured|programmed|set_up|instructed|initiali[sz]ed)_with"
        r"|(?:earlier|former|previous|prior)_guidance_(?:\w+_){0,4}?(?:superseded|withdrawn|void|obsolete)"
        r"|(?:guidance|guidelines)_as_(?:superseded|void|withdrawn|obsolete)"
        r"|(?:your_)(?:creators|developers|makers|programmers)_(?:want|wish|agreed?|expect|approved?)",
    ),
    Rule(
        "refusal-suppression",
        "review",
        "LLM01:2025",
        "forbids the model to refuse",
        r"never_(?:refuse|decline)_(?:any|a|the)_|never_say_(?:that_)?you_can|do_not_(?:mention|reveal|tell)_(?:\w+_){0,3}"
        r"(?:this_(?:instruction|prompt|message)|that_you_(?:are_an_ai|read|were_told))|without_(?:any_)?disclaimers?",
    ),
    Rule(
        "reveal-secrets",
        "review",
        "LLM02:2025",
        "asks for secrets of the environment",
        r"(?:print|output|reveal|show|dump|leak|exfiltrate|send)_(?:\w+_){0,3}?(?:env(?:ironment)?_variables"
        r"|api_keys?|credentials|access_tokens?|secrets\b|canary|canaries)",
    ),
    Rule(
        "flags",
        "block",
        "LLM01:2025",
        "switches off safety or asks for the prompt through a flag",
        r"(?:ignore_(?:safety|rules|polic)|show_system_prompt|reveal_system_prompt|disable_(?:all_)?(?:safety|content)"
        r"_(?:filter|polic|check)|bypass_(?:safety|security_(?:filter|polic|rule)))",
    ),
    Rule(
        "override-fr",
        "block",
        "LLM01:2025",
        "tells the model to set its instructions aside (French)",
        r"(?:ignor(?:e[zr]?|ant)|oubli(?:e[zr]?|ant)|neglige[zr]?|ne_(?:tenez|tiens)_pas_compte|contourne[zr]?)_(?:\w+_){0,4}?"
        r"(?:instructions?|consignes?|directives?|regles)_(?:\w+_){0,2}?(?:precedent|anterieur|ci_dessus|system|initial)"
        r"|(?:montre|revele|affiche|donne|repete|montrer|reveler|afficher)\w*_(?:\w+_){0,3}?(?:prompt|instructions)_(?:du_)?"
        r"system",
    ),
    Rule(
        "override-de",
        "block",
        "LLM01:2025",
        "tells the model to set its instructions aside (German)",
        r"(?:ignorier\w*|vergiss|vergessen_sie|missachte\w*|verwirf|verwerfen_sie|umgehe)_(?:\w+_){0,4}?(?:vorherig|bisherig"
        r"|vorig|vorangegangen|obig|fruher|alle|deine|ihre|saemtlich|samtlich|system)\w*_(?:\w+_){0,2}?(?:anweisung"
        r"|instruktion|regel|befehl|vorgabe|aufgabe|richtlinie|anordnung)"
        r"|(?:zeig|nenn|gib|verrat|wiederhol|drucke)\w*_(?:\w+_){0,4}?(?:system_?prompt|systemanweisung|deine_anweisung)",
    ),
    Rule(
        "override-es-pt-it",
        "block",
        "LLM01:2025",
        "tells the model to set its instructions aside (Spanish, Portuguese, Italian)",
        r"(?:ignor[aeio]\w*|olvid\w+|descart\w+|omit\w+|esquec\w+|desconsider\w+|dimentic\w+|trascur\w+|haz_caso_omiso_de)_"
        r"(?:\w+_){0,4}?(?:instruc\w+|instruco\w+|istruzion\w+|reglas|regras|regole|ordenes|ordens|ordini|indicacion\w+"
        r"|direttive|directrices)_(?:\w+_){0,2}?(?:anterior|previ|precedent|arriba|acima|sopra|del_sistema|do_sistema)"
        r"|(?:muestra|revela|mostra|mostre|rivela|dime|diga|dimmi)\w*_(?:\w+_){0,4}?prompt_(?:del|do|di)_sistema",
    ),
    Rule(
        "override-nl-pl-tr",
        "block",
        "LLM01:2025",
        "tells the model to set its instructions aside (Dutch, Polish, Turkish)",
        r"(?:negeer|vergeet)_(?:\w+_){0,3}?(?:vorige|eerdere|bovenstaande|voorgaande)_(?:\w+_){0,1}?(?:instructies|regels"
        r"|opdrachten)|(?:zignoruj|ignoruj|zapomnij)_(?:\w+_){0,4}?(?:instrukcj|polecen|zasad)\w*"
        r"|(?:onceki|yukaridaki|tum)_(?:\w+_){0,2}?(?:talimat|kural|komut)\w*_(?:\w+_){0,2}?(?:yok_say|unut|gormezden)",
    ),
    Rule(
        "override-ru",
        "block",
        "LLM01:2025",
        "tells the model to set its instructions aside (Russian)",
        r"(?:игнориру[^ ]*|проигнорируй[^ ]*|забудь[^ ]*|отмени[^ ]*|не_обращай[^ ]*_внимания)_(?:[^ ]+_){0,4}?"
        r"(?:инструкци|указани|правил|команд)[^ ]*|(?:покажи|раскрой|выведи)[^ ]*_(?:[^ ]+_){0,3}?"
        r"систем[^ ]+_(?:промпт|инструкци|подсказк)",
    ),
    Rule(
        "override-zh-ja-ko",
        "block",
        "LLM01:2025",
        "tells the model to set its instructions aside (Chinese, Japanese, Korean)",
        r"(?:忽略|无视|無視|忘记|忘記|不要理会).{0,12}(?:指令|指示|规则|規則|提示|说明|命令)"
        r"|(?:告诉|显示|输出|透露|重复|顯示).{0,10}(?:系统|系統|隐藏|初始|你的).{0,4}(?:指令|提示|prompt)"
        r"|(?:以前|これまで|上記|前|すべて).{0,8}(?:指示|命令|ルール).{0,8}(?:無視|忘れ)|システムプロンプト.{0,8}(?:教え|表示|見せ)"
        r"|(?:이전|앞선|위의|모든|기존).{0,12}(?:지시|명령|규칙|지침).{0,8}(?:무시|잊)|시스템.{0,2}프롬프트.{0,8}(?:보여|알려|출력)",
    ),
    Rule(
        "override-ar-hi",
        "block",
        "LLM01:2025",
        "tells the model to set its instructions aside (Arabic, Hindi)",
        r"(?:تجاهل|انس).{0,20}(?:تعليمات|التعليمات|الاوامر|القواعد)|(?:पिछले|सभी|पूर्व).{0,20}(?:निर्देश).{0,20}(?:अनदेखा|नजरअंदाज|भूल)",
    ),
)


_MARKUP = tuple(rule for rule in RULES if rule.markup)


def matches(folded: str, rules: tuple[Rule, ...] = RULES) -> tuple[Rule, ...]:
    """Those of the rules that a folded text breaks."""
    words = _SEPARATORS.sub(" ", folded)
    if rules is RULES and not _any().search(words):
        rules = _MARKUP
    return tuple(rule for rule in rules if rule.compiled.search(folded if rule.markup else words))


@cache
def _any() -> Any:
    """All rules but those for markup in one pattern, so that one pass over a text proves it clean."""
    return re2.compile("|".join(f"(?:{rule.expression})" for rule in RULES if not rule.markup), _OPTIONS)
