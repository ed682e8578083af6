"""The most tokens that a text can take, without the model's own tokenizer."""


def most_tokens(text: str, trusted: bool = False) -> int:
    """An upper bound for byte-level tokenizers, whose tokens are at least one byte long.

    Foreign text counts a token a byte: digits and random letters come close to that. `trusted` text is prose, code or a
    schema of our own: at most 0.35 tokens a byte were measured (SmolLM2); its letters and blanks count 0.5.
    """
    size = len(text.encode())
    if not trusted:
        return size
    plain = sum(char.isascii() and (char.isalpha() or char == " ") for char in text)
    return size - plain // 2
