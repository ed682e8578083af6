"""The words around a mention that tell what is said of it, as RE2 patterns. The lists are our own."""

from typing import Literal

Status = Literal["affirmed", "negated", "family", "planned", "uncertain", "resolved"]

KIN = (
    r"(?:grand|step)?(?:mother|father|parents?)|mom|dad|mum|sisters?|brothers?|siblings?|sons?|daughters?|"
    r"child(?:ren)?|aunts?|uncles?|cousins?|wife|husband|spouse|partner|relatives?|nieces?|nephews?|roommate|"
    r"coworker|neighbou?r|(?:boy|girl)?friend|twin|fianc(?:ee?)?|in-laws?"
)
FAMILY = (
    rf"(?i)\b(?:family (?:medical )?(?:history|hx)|fh|fhx|fam hx|"
    rf"(?:in|on|of) (?:the|his|her|their|your|my|our|both|either|one|each)(?: sides? of (?:the|his|her|my|your))? "
    rf"family|(?:mother's|father's|mom's|dad's) sides?|maternal|paternal|parental|family members?|blood relatives?|"
    rf"{KIN})\b"
)

BEFORE: tuple[tuple[Status, str], ...] = (
    (
        "negated",
        r"(?i)\b(?:no|not|never|denie[sd]|deny(?:ing)?|without|negative for|free of|absence of|neither|nor|non|"
        r"rule[sd] out|ruling out|(?:does|do|did|has|have|is|was|are)n[o']?t|cannot|no (?:history|evidence|sign)s? of|"
        r"no (?:personal|known|prior|previous|past) [a-z ]*?(?:history|hx) of|\(-\)|neg|misdiagnosed (?:with|as)|"
        r"(?:erroneously|mistakenly|wrongly|incorrectly)(?: \w+)? (?:with|as))(?:\b|\s)",
    ),
    (
        "planned",
        r"(?i)\b(?:if|should (?:he|she|they|it)|screen(?:ed|ing)?(?: today)? for|test(?:ed|ing)? for|"
        r"check(?:ed|ing)? for|"
        r"risks? (?:of|for|factors?)|at risk|to prevent|prevent(?:ion|ing)?(?: of)?|in case|can (?:cause|lead)|"
        r"(?:will|would|may|might|could|can|going to|about to|not to|to avoid) (?:eventually |later |also |then )?"
        r"(?:cause|develop|lead|become|get(?:ting)?|turn into|progress(?:ing)?|end up|convert)|develop(?:ing)?|"
        r"becoming|(?:progress(?:es|ing|ion)?|convert(?:s|ing)?|turn(?:s|ing)?) (?:in)?to|"
        r"worr(?:y|ies|ied|ying)|afraid|scared|fear(?:s|ed|ful)?|to avoid|hopes? to avoid|"
        r"concerned about (?:getting|developing)|counsel(?:ed|ing)? (?:on|about) (?:the )?risk|"
        r"work[- ]?up for|evaluate for|"
        r"(?:to )?rule[- ]out|r/o|in the event of|hypothetical(?:ly)?|vulnerable to|avoid(?:s|ed|ing)?|"
        r"(?:chances?|likelihood|odds|probability) of|unless|would (?:need|qualify|be|have)|education (?:on|about)|"
        r"handout|brochure|pamphlet|leaflet|return for|watch for|whether|predispos(?:ed|ition|es|ing) (?:to|for)|"
        r"prone to|susceptib(?:le|ility) (?:to|for)|(?:to )?delay(?:s|ed|ing)?|verge of|close to (?:having|being)|"
        r"(?:is|are|was|were) (?:only )?(?:used|approved|indicated|licensed|covered)(?: only)? (?:to treat|for|in)|"
        r"(?:plan|insurance|insurer|payer|policy|coverage|formulary) (?:only )?"
        r"(?:covers?|requires?|approves?|pays? for|allows?|mandates?))\b|"
        r"\b(?:almost|nearly)(?: an?)? $",
    ),
    (
        "uncertain",
        r"(?i)\?\s*$|\b(?:poss\.?|prob\.?|possibl[ey]|probabl[ey]|suspect(?:ed|s)?|suspicious for|"
        r"suspicion (?:of|for)|question of|questionable|"
        r"presumpti(?:ve|vely)|query|doubt(?:s|ed|ful)?|"
        r"(?:provisional|tentative|working) diagnosis|suggest(?:s|ed|ing|ive)(?: of)?|indicative of|"
        r"(?:believes?|thinks?|convinced|assumes?)(?: that)? (?:he|she|they|it|this)|"
        r"likely|concern(?:ing|ed)? (?:for|about)|consider(?:ing)?|versus|vs\.?|cannot exclude|"
        r"presumed|may have|might have|"
        r"may be|might be|could be|borderline|impending|early signs of|differential (?:includes|diagnosis))(?:\b|\s)",
    ),
    (
        "resolved",
        r"(?i)\b(?:formerly|previously|once|former|ex)(?:[ -]an?)?[ -]?$|\bremission (?:of|from)\b|"
        r"\b(?:used to (?:have|be)|resolved|no longer (?:has|have|is|a)|reversed|"
        r"cured of|history of resolved|"
        r"previously had|while pregnant|during (?:her |the )?(?:last |first |second )?pregnancy)\b",
    ),
)
BOX = r"(?:[\[(]\s*[x✓✔*]\s*[\])]|[☑☒✅✓✔])"
"""A box that is ticked, on forms."""
EMPTY = r"(?:[\[(][\s_]*[\])]|[☐□])"
ALONE = (
    r"(?:\s*$|\s*[.,;|/)\]\[]|\s{2}|\s+(?-i:[A-Z])[\w/ -]{0,24}:|"
    r"\s+(?:known|history|hx|h/o|evidence|diagnosis|prior|to date)\b)"
)
"""What may follow a "no" that is the whole answer: "diabetes: no", but not "diabetes - no complications"."""
AFTER: tuple[tuple[Status, str], ...] = (
    (
        "negated",
        rf"(?i)^[^\w\[(☐☑☒□]*(?:{EMPTY}\s*(?:yes|y)\W*?)?{BOX}\s*(?:no|n|none|never|neg(?:ative)?|denie[sd]|absent)\b|"
        rf"^\W*?(?:yes|y)\s*{EMPTY}\W*(?:no|n)\s*{BOX}|"
        rf"^(?:\s*(?::|-|–|—|=|\||\.{{2,}}|…|\s)[\s.…_]*)(?:no|none|never|n|0){ALONE}|"
        r"^(?:\s*(?::|-|–|—|=|\||\.{2,}|…)[\s.…_]*)(?:negative|neg|denie[sd]|absent|false)\b|^\s*\((?:-|no)\)|"
        r"^[^.]{0,40}?\b(?:(?:was|were|is|has been|have been) ?(?:ruled out|excluded|denied|"
        r"negative|absent|unlikely|entered in error|not (?:present|found|"
        rf"diagnosed|suspected))|(?:not|never) (?:been )?confirmed|ruled out|\(-\)|\(no\))|"
        r"^\W*unlikely\b|"
        rf"^[^.:;-]{{0,40}}?[:-] ?(?:(?:no|none|n){ALONE}|(?:negative|neg|denies|denied|absent)\b)",
    ),
    (
        "uncertain",
        r"(?i)^\s*(?:\?|is (?:possible|suspected|likely|a possibility)|"
        r"(?:is|was|has been) (?:being )?(?:considered|entertained|questioned)|"
        r"(?:cannot be|not yet) (?:excluded|confirmed))",
    ),
)
LIST = r"\s*:\s*(?:[\w /()-]{1,40}, (?:and )?){0,6}(?:and )?$"
LABELS: tuple[tuple[Status, str], ...] = (
    ("negated", rf"(?i)\b(?:absent|negatives?|denies|denied|excluded|ruled out|not present){LIST}"),
    (
        "uncertain",
        rf"(?i)\b(?:provisional|tentative|working|differential|possible|suspected|query|rule[- ]out|r/o)"
        rf"(?: diagnos[ei]s)?{LIST}",
    ),
)
"""What the label of a list says of everything in it: "Ruled out: MI, diabetes"."""
OVER = (
    r"(?i)\b(?:(?:in|into) (?:\w+ ){0,2}?remission|remission|resolved|in (?:the )?past only|gone away|went away|"
    r"reversed|cured|no longer present)\b"
)
"""Words after a mention that say that it is over."""
NOT_OVER = (
    r"(?i)\b(?:not|never|no|without|no longer|\w+n't)(?: (?:yet|been|gone|in|into|a|any|evidence of|achieved|reached|"
    r"entered|attained|full|fully|complete|completely|currently|truly))* (?:remission|resolved|reversed|cured)\b|"
    r"\b(?:after|despite|before|since|following)(?: (?:an?|one|two|three|several|many|\d+|brief|long|short|earlier|"
    r"previous|prior|initial|years?|months?|of|in))* remission\b|"
    r"\b(?:goals?|hop(?:e|es|ed|ing)|aim(?:s|ed|ing)?|target(?:s|ing)?|wants?|wish(?:es)?|towards?|chance|likelihood|"
    r"potential|possible|to (?:achieve|reach|induce|attain|enter|go into))\b[^.;,]{0,40}\bremission\b"
)
"""What is said of an end that has not come, or did not last."""
STILL_OF_IT = (
    r"(?i)(?:[\s(:–—-]|\b(?:is|was|has|have|been|had|now|currently|presently|since|which|that|it|in|into|gone|went|"
    r"considered|deemed|fully|completely|largely|entirely|clinically|and|to|be|by|diet|off|all|medications?)\b)*"
)
"""Between a comma and a word of `OVER` that still speaks of the mention before the comma."""
SCOPE_ENDS = (
    r"(?i)\b(?:but|however|although|though|except|aside from|apart from|other than|besides|yet|"
    r"nevertheless|whereas|while|"
    r"(?:done|performed|completed|obtained) for|in (?:an? |this |the )?(?:\d+[- ]year[- ]old )?"
    r"(?:patient|pt|man|woman|male|female|gentleman|lady|setting|context|known)|"
    r"which|who|because|since|presents?|presenting|secondary to|due to|has a history|"
    r"reports?|endorses?|positive for|admits|status post)\b|[:;]|(?:,|\band) (?:he|she|they|i|"
    r"patient) (?:has|have|had|is|was|am|takes|developed|became|got)\b"
)
CLAUSE_ENDS = r"(?i)\b(?:but|however|although|though|except|presents|presented|reports?|endorses?)\b|;"
PSEUDO = (
    r"(?i)\b(?:not only|no (?:change|increase|significant change|doubt)|without (?:difficulty|complications?)|"
    r"whether or not|"
    r"not (?:well|adequately|optimally|fully|at goal|controlled|consistent(?:ly)?|always|"
    r"yet controlled|checking|taking|"
    r"monitoring|watching)|no need|gram negative|if (?:possible|able|needed)|does not check|not check(?:ing|ed)?|"
    r"never (?:well )?controlled|(?:if|when) you like)\b"
)
HAS_IT = (
    r"(?i)\b(?:his|her|their|my|your|patient's|pt's)"
    r"(?: (?:own|known|longstanding|existing|chronic|current|poorly|well|controlled|uncontrolled))* $"
)
"""Whose it is: "is indicated for her diabetes" takes for granted that she has it."""
OBJECT = (
    r"(?i)^ (?:(?:his|her|the|an?|all|some|recent|acute) )*(?:[a-z]{4,})"
    r"(?:\W*$|[ ,;.](?:[^a-z]|on|in|after|and))"
)
"""What a "resolved" before it speaks of."""
YES = (
    r"(?i)^\W*(?:(?:patient|pt)\s*:\s*)?\W*(?:yes|yeah|yep|yup|correct|that's right|i do|i am|"
    r"sure do|mm-?hmm|uh-?huh)\b"
)
NO = r"(?i)^\W*(?:(?:patient|pt)\s*:\s*)?\W*(?:no|nope|nah|never|not that i know|i don't|i do not)\b"
