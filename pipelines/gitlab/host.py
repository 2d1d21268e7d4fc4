"""What GitLab's jobs write to GitLab: one note, one issue, and the jobs of the environments' chain.

Usage: host.py note FILE PREFIX | issue FILE PREFIX | chain FILE. FILE of `note` and `issue` lists
environments, one a line; their sections are PREFIX-ENVIRONMENT.md. `chain` takes the JSON of
`tpa environments` and prints a pipeline. A job's own token may not write notes: TPA_COMMENT_TOKEN
is a project access token of the role Reporter, with the scope api.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

NOTE = "<!-- tpa: what each environment would change -->"
ISSUE = "<!-- tpa: drift -->"
TITLE = "Auth0 differs from what was applied"
LIMIT = 1_000_000
"""Characters of a note or an issue: https://docs.gitlab.com/administration/instance_limits/."""
PAGE = 100


def call(path: str, method: str = "GET", content: dict[str, Any] | None = None) -> Any:
    """One request to the project's API, or with a leading slash to the host's."""
    base = os.environ["CI_API_V4_URL"]
    if not path.startswith("/"):
        base += f"/projects/{os.environ['CI_PROJECT_ID']}/"
    headers = {"PRIVATE-TOKEN": os.environ["TPA_COMMENT_TOKEN"]}
    answer = httpx.request(method, base + path, json=content, headers=headers, timeout=60)
    if answer.is_error:
        sys.exit(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
    return answer.json()


def ours(path: str, field: str, marker: str) -> dict[str, Any] | None:
    """The first entry of a list that begins with the marker and is by the token's own user."""
    user, page = call("/user")["id"], 1
    while entries := call(f"{path}per_page={PAGE}&page={page}"):
        for entry in entries:
            if entry["author"]["id"] == user and (entry[field] or "").startswith(marker):
                return dict(entry)
        page += 1
    return None


def body(file: str, prefix: str, marker: str) -> str:
    """All sections; empty where each is. One that would be too long is its heading and a link."""
    job, parts, length = os.environ["CI_JOB_URL"], [marker], len(marker)
    for name in Path(file).read_text(encoding="utf-8").split():
        section = Path(f"{prefix}-{name}.md")
        text = f"### {name}: no answer\n\n[The job]({job}) says why.\n"
        if section.exists():
            text = section.read_text(encoding="utf-8")
        if length + len(text) > LIMIT - 1000:
            heading = text.partition("\n")[0]
            text = f"{heading}\n\nToo long for this page: [{section}]({job}/artifacts/browse)\n"
        parts += [text] if text else []
        length += len(text)
    return "\n".join(parts) if len(parts) > 1 else ""


def note(file: str, prefix: str) -> None:
    """Writes the merge request's note, or edits it in place."""
    text = body(file, prefix, NOTE)
    notes = f"merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}/notes"
    found = ours(f"{notes}?sort=asc&", "body", NOTE)
    if found is not None:
        call(f"{notes}/{found['id']}", "PUT", {"body": text or f"{NOTE}\nNothing would change."})
    elif text:
        call(notes, "POST", {"body": text})


def issue(file: str, prefix: str) -> None:
    """Opens the issue, edits it in place, or closes it where nothing differs."""
    text = body(file, prefix, ISSUE)
    found = ours("issues?state=opened&", "description", ISSUE)
    if found is not None:
        change = {"description": text} if text else {"state_event": "close"}
        call(f"issues/{found['iid']}", "PUT", change)
    elif text:
        call("issues", "POST", {"title": TITLE, "description": text})


def chain(file: str) -> None:
    """Prints a pipeline: a wave of environments is a stage. Those that TPA_APPROVE names, else
    those of the last wave, wait until a person starts them.
    """
    rows = json.loads(Path(file).read_text(encoding="utf-8"))["environments"]
    rows = [row for row in rows if not row["embedded"]]
    waves = sorted({row["wave"] for row in rows})
    last = [row["environment"] for row in rows if row["wave"] == waves[-1]]
    approved = os.environ.get("TPA_APPROVE", "").split() or last
    jobs: dict[str, Any] = {"include": [{"local": "/.gitlab-ci.yml"}]}
    # Every job of the included file needs its stage, though none of them runs here.
    jobs["stages"] = ["check", "deploy", *(f"wave {wave}" for wave in waves)]
    if not rows:
        nothing = "every environment has an embedded tenant: nothing is deployed"
        jobs["nothing"] = {"stage": "deploy", "before_script": [], "script": [f"echo {nothing!r}"]}
    for row in rows:
        name, stage = row["environment"], f"wave {row['wave']}"
        variables = {"ENVIRONMENT": name}
        jobs[f"plan {name}"] = {"extends": ".plan", "stage": stage, "variables": variables}
        jobs[f"apply {name}"] = {
            "extends": ".apply",
            "stage": stage,
            "variables": variables,
            "needs": [f"plan {name}"],
            "environment": {"name": name},
            "resource_group": f"stack-{name}",
            **({"when": "manual", "allow_failure": False} if name in approved else {}),
        }
    sys.stdout.write(json.dumps(jobs, indent=2) + "\n")


if __name__ == "__main__":
    verbs: dict[str, Callable[..., None]] = {"note": note, "issue": issue, "chain": chain}
    verbs[sys.argv[1]](*sys.argv[2:])
