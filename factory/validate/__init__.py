"""The stages an artifact must pass, in order. Each blocks; after any repair all run again, from the first."""

from factory.validate.accuracy import accuracy
from factory.validate.execution import execution
from factory.validate.security import judge_source, security
from factory.validate.syntax import syntax
from factory.validate.verdict import Evidence, Stage, Verdict, in_order

STAGES: tuple[Stage, ...] = (security, syntax, execution, accuracy)

__all__ = ["STAGES", "Evidence", "Stage", "Verdict", "in_order", "judge_source"]
