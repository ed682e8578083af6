"""What can go wrong with the gates themselves. What a gate finds in a text is a `Finding`, not an exception.

GateError            a gate cannot do its work; whoever called must treat the text as blocked
"""


class GateError(RuntimeError):
    """A gate that cannot judge: weights missing or broken, a plug-in that does not load."""
