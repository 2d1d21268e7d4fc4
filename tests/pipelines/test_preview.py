"""`preview.sh` as a pipeline sees it: exit status and Markdown, for each way tpa can end."""

import subprocess
from pathlib import Path

import pytest

from tests.pipelines.commands import ROOT

TPA = """\
#!/bin/sh
case "$1" in
  environments)
    test -z "$BROKEN" || { echo 'stacks/dev.yaml: no mapping' >&2; exit 1; }
    echo '{"environments": [{"environment": "dev", "advances_from": ""},
      {"environment": "staging", "advances_from": "dev"}]}';;
  *) printf '%s' "$SHOWN"; echo "stacks/apis.yaml:3: $1 ````````````" >&2; exit "$STATUS";;
esac
"""
FENCE = "``````````"


@pytest.fixture
def tpa(tmp_path: Path) -> Path:
    made = tmp_path / "tpa"
    made.write_text(TPA, encoding="utf-8")
    made.chmod(0o755)
    return made


def preview(tpa: Path, environment: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "pipelines/shell/preview.sh", environment],
        env={"PATH": "/usr/bin:/bin", "TPA": str(tpa), "SHOWN": "", "STATUS": "0", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("environment", "variables", "status", "title"),
    [
        ("dev", {"STATUS": "0"}, 0, "### dev: preview"),
        ("dev", {"STATUS": "1"}, 1, "### dev: no preview"),
        ("staging", {"STATUS": "2"}, 2, "### staging: no preview"),
        ("dev", {"BROKEN": "1"}, 1, "### dev: no preview"),
        ("production", {}, 2, "### production: no preview"),
    ],
)
def test_every_block_is_closed_and_says_why(
    tpa: Path, environment: str, variables: dict[str, str], status: int, title: str
) -> None:
    done = preview(tpa, environment, **variables)
    assert done.returncode == status
    first, _, *lines, last = done.stdout.splitlines()
    assert first == title
    assert [line for line in (*lines, last) if line.startswith(FENCE)] == [FENCE, FENCE]
    assert last == FENCE
    assert any("stacks/" in line or "dev, staging" in line for line in lines)


@pytest.mark.parametrize("status", ["0", "1"])
def test_a_refusal_is_no_fault_of_the_request(tpa: Path, status: str) -> None:
    done = preview(tpa, "staging", STATUS=status, SHOWN="### dev → staging: blocked\n")
    assert done.returncode == 0
    assert done.stdout == "### dev → staging: blocked\n"
