"""The reference is what the code says today."""

from pathlib import Path

from tpa.cli.reference import COMPLETION, PAGE, RULES_PAGE, reference, rules_page, table
from tpa.files.schemas import FILES
from tpa.verbs import VERBS

ROOT = Path(__file__).parents[3]


def test_the_committed_pages_are_fresh() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == reference(), "run: make reference"
    assert (ROOT / RULES_PAGE).read_text(encoding="utf-8") == rules_page(), "run: make reference"
    assert (ROOT / COMPLETION).read_text(encoding="utf-8") == table(), "run: make reference"


def test_every_verb_and_file_is_in_it() -> None:
    page = reference()
    assert all(f"\n### tpa {verb}\n" in page for verb in VERBS)
    assert all(f"\n### `{files}`\n" in page for files, _ in FILES.values())
    assert all(f"(#{name.lower()})" in page for name in ("Owner", "Overlay", "Api"))
