"""Run `factory demo` and draw what it prints as `docs/demo.svg`: `.venv/bin/python docs/record_demo.py`.

Run it where FACTORY_HOME is not set or empty: what is recorded already is not read again.
"""

from pathlib import Path

from cli.demo import demo
from cli.output import out

ROOT = Path(__file__).parents[1]
WIDTH = 132
"""Columns; narrower tables would break their cells."""


def main() -> None:
    """Record the real run; what stands in the picture was printed by it."""
    out.record, out.width = True, WIDTH
    demo(ROOT / "specs")
    out.save_svg(str(ROOT / "docs" / "demo.svg"), title="make demo")


if __name__ == "__main__":
    main()
