"""The program of each stack: `stacks/<environment>.yaml` with all that it names."""

from pathlib import Path

from tpa.composition.program import run

run(Path(__file__).parent)
