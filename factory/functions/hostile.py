"""Utterances that nobody would send and somebody will, and random ones made of their parts."""

from random import Random

FIXED = (
    "", " ", "\n\t", "\x00", "\ud800", "7", "-", "$", "%", "'", '"', "\u202e1234\u202c", "🧾💶 ﷽ ｆｕｌｌ １２",
    "x" * 3_999, "x" * 1_000_000,
    "9" * 3_000, "1," * 1_500, "[" * 2_000, "((((((((((", "]" * 500, "'\"" * 900, "a " * 599, "a " * 700, "A " * 590,
    "1 " * 590, "and " * 590, "[1, 2, [3, 4], {5}]", "“‘«\"'nested'\"»’”",
    "1e308 1e-308 NaN inf -inf 0x10 1_000 ½ ² Ⅳ ٣",
    "31/02/2024 2024-13-45 99:99 00:00 0000-00-00 12/12/12", "' OR 1=1 -- {{x}} ${y} %s %n \\u0000 </script>",
    "five hundred " * 100, "twenty-" * 300, "the of in at on " * 100, "Paris, " * 290, "1 and 2 or 3 & " * 140,
    "e\u0301\u0301\u0301 \u200b\u200d\ufeff", "فاتورة رقم ١٢٣٤ חשבונית", "$5 million % % million hundred",
    ". . . ? ! : ;",
    "x = −5 to y=−3.5", "１２３４ ㊿ Ⅻ ²³¹", "1" + "0" * 308 + ".5", "trillion " * 290, "-" * 500 + "5",
    "[" * 60 + "1" + "]" * 60, '{"a": [' * 250, "[[1,2],[3,4]] " * 40, '"a" ' * 140, "“" * 590,
    ("_1" * 11 + "@ ") * 150, ("1,111" * 4 + ", ") * 90, ("a.b" * 7 + "@a ") * 150, "1:1:" * 900, "/a" * 1_900,
    "שלום עולם 12 ב-3.5 ₪ " * 40, "\u2066\u2069" * 290, "\u202eabc 12\u202c def " * 80, "İ" * 1_500,
    "a\ud800b c\udfff1.5 \udcff@x.y '\ud800' [\ud800, 2] " * 40, "a" + "\u0301" * 3_000, "\x1b[31mred\x1b[0m " * 50,
)  # fmt: skip
_PARTS = (
    "a", "the", "of", "in", "from", "to", "Paris", "New", "york", "5", "-3", "0.5", "1,000", "12%", "$9.99", "'", '"',
    "“", "”", "[", "]", "(", ")", "{", "}", ",", ".", "=", "x=1", "2024-01-31", "3:15pm", "March", "5th", "million",
    "twenty-one", "and", "or", "not", "\u202e", "\x07", "é", "漢字", "🧾", "\ud83d", "e\u0301", "NaN", "1e9", "a@b.co",
    "https://x.y/z?q=1", "−7", "us dollars", "5 ft 10 in", "12:30 pm", "Boston, MA", "per hour", "x^2", "/etc/passwd",
    "C4", "_", "--", "\u00a0", "\n", "\t", "true", "without", "None", "٣", "½",
)  # fmt: skip


def hostile_utterances(count: int = 0, seed: int = 7) -> list[str]:
    """The fixed ones and `count` random ones, the same every time."""
    random = Random(seed)  # noqa: S311  # repeatable, not secret
    made = []
    for _ in range(count):
        size = random.choice((1, 3, 8, 20, 60, 200))
        glue = random.choice((" ", " ", " ", "", ", "))
        parts = random.choices(_PARTS, k=size)
        if random.random() < 0.3:
            parts += [chr(random.randrange(1, 0x2FFF)) for _ in range(size // 2)]
            random.shuffle(parts)
        made.append(glue.join(parts))
    return [*FIXED, *made]
