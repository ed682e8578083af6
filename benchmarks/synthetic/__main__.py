"""`python -m benchmarks.synthetic KIND FOLDER [--count N] [--seed S]` writes a golden folder."""

import argparse
import sys
from pathlib import Path

from benchmarks.synthetic.generate import KINDS, generate


def main() -> None:
    """Read the command line, generate, say what was written."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.synthetic", description="Write a golden folder of made-up documents."
    )
    parser.add_argument("kind", choices=list(KINDS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, help="how many documents; by default as many as the shipped folder holds")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    count = generate(options.kind, options.folder, options.count, options.seed)
    sys.stdout.write(f"{count} documents in {options.folder}\n")


if __name__ == "__main__":
    main()
