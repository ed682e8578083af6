"""What a batch may spend on a cluster, in tokens alone: workers on many machines share no ledger of money."""

from collections.abc import Sequence

import yaml
from pydantic import ValidationError

from extractors.fallback import Fallback
from inference.model import parse_model
from inference.usage import NANO, highest_cost
from runtime.artifact import SPEC, Artifact
from runtime.errors import ArtifactError, UsageError
from runtime.load import is_workflow, load_plan

MILLION = 1_000_000


def limits_of(artifact: Artifact, tokens: int | None = None) -> tuple[int | None, int]:
    """Tokens that a batch of the artifact may spend (None: no limit), and the most that one document may take.

    `tokens` stands in for the spec's own limit. A limit in dollars counts as the tokens it buys at the models' dearest
    price, so that it holds whatever they are spent on. Raises UsageError where such a model has no price.
    """
    fallbacks = _fallbacks(artifact)
    limits = [tokens] if tokens is not None else [one.tokens_per_batch for one in fallbacks]
    limits += [_bought(one) for one in fallbacks]
    known = [limit for limit in limits if limit is not None]
    return min(known, default=None), sum(one.tokens_per_document for one in fallbacks)


def _fallbacks(artifact: Artifact) -> Sequence[Fallback]:
    """The `fallback` block of a document's spec, or of each step of a workflow that reads."""
    if is_workflow(artifact):
        return [Fallback.model_validate(dict(step.fallback)) for step in load_plan(artifact).readings]
    try:
        return [Fallback.model_validate(yaml.safe_load(artifact.spec_yaml).get("fallback") or {})]
    except (yaml.YAMLError, ValidationError, AttributeError) as error:
        raise ArtifactError(f"{SPEC} cannot be read ({type(error).__name__}); compile the spec again") from None


def _bought(fallback: Fallback) -> int | None:
    """How many tokens the block's dollars buy at least."""
    if fallback.dollars_per_batch is None:
        return None
    dearest = 0
    for label in filter(None, (fallback.model, fallback.stronger)):
        prices = parse_model(label).prices
        if prices is None:
            raise UsageError(f"no price is known for {label}: limit `tokens_per_batch` instead of dollars")
        dearest = max(dearest, *(highest_cost(*tokens, prices) for tokens in ((MILLION, 0), (0, MILLION))))
    return int(fallback.dollars_per_batch * NANO) * MILLION // dearest if dearest else None
