"""Where something stands in a YAML file: for messages that name line and column."""

import yaml

Location = tuple[object, ...]
"""Keys and indices from the root down."""


_HINTS = {
    "cannot start any token": "indent with blanks, not with tabs",
    "could not find expected ':'": "a line of this block is indented otherwise than the others, or lacks its `:`",
    "expected <block end>": "a line of this block is indented otherwise than the others",
    "mapping values are not allowed": "a line before lacks its `:`, or a text with `:` in it needs quotes",
}
"""By a part of the parser's words: what people mostly did."""


def yaml_fault(error: yaml.MarkedYAMLError) -> str:
    """What is wrong with a text that is no YAML, and how to mend it."""
    hint = next((hint for part, hint in _HINTS.items() if part in str(error.problem)), "")
    return f"not valid YAML: {error.problem}{f'; {hint}' if hint else ''}"


def repeated_key(node: yaml.Node | None) -> tuple[str, int, int] | None:
    """The first key that stands twice in one mapping, with line and column of the second: YAML drops the first."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen and key.value != "<<":
                return key.value, key.start_mark.line + 1, key.start_mark.column + 1
            seen.add(str(key.value))
            if (found := repeated_key(value)) is not None:
                return found
    elif isinstance(node, yaml.SequenceNode):
        return next((found for one in node.value if (found := repeated_key(one)) is not None), None)
    return None


def mark_of(root: yaml.Node, location: Location) -> tuple[int, int]:
    """Line and column, from 1, of the deepest node that `location` reaches; of the key itself where there is one."""
    node, mark = root, root.start_mark
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                break
            mark, node = found[0].start_mark, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            mark = node.start_mark
    return mark.line + 1, mark.column + 1


def node_at(root: yaml.Node, location: Location) -> yaml.Node | None:
    """The node at a location, or None."""
    node: yaml.Node | None = root
    for part in location:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        else:
            return None
    return node


def inside(root: yaml.Node, text: str, location: Location, line: int, column: int) -> tuple[int, int]:
    """The place in the file of a line and column (from 1) within the text value at `location`.

    Exact for literal blocks (`|`) and for text on one line; a folded block gives the line, as it is written.
    """
    node = node_at(root, location)
    if node is None:
        return mark_of(root, location)
    style = getattr(node, "style", None)
    if style in ("|", ">"):
        first = node.start_mark.line + 1
        lines = text.splitlines()
        while first < len(lines) and not lines[first].strip():
            first += 1
        indent = len(lines[first]) - len(lines[first].lstrip()) if first < len(lines) else 0
        return node.start_mark.line + 1 + line, indent + column
    quote = 1 if style in ("'", '"') else 0
    return node.start_mark.line + line, (node.start_mark.column + quote if line == 1 else 0) + column
