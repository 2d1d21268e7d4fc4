"""What GitLab's jobs write, against a server that answers as its API does."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from tests.pipelines.commands import GITLAB, PIPELINES

NOTE = "<!-- tpa: what each environment would change -->"
ISSUE = "<!-- tpa: drift -->"
OURS, OTHER = {"id": 7}, {"id": 8}
HOSTILE = "### dev\n\n`$(x)` ${{ y }} @all ⬜\n"


class Host:
    """A project with lists of notes and issues, a hundred a page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str, Any]] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                assert self.headers["PRIVATE-TOKEN"] == "token"
                url = urlsplit(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                content = json.loads(self.rfile.read(length)) if length else None
                if self.command != "GET":
                    host.asked.append((self.command, url.path, content))
                first = (int(parse_qs(url.query).get("page", ["1"])[0]) - 1) * 100
                found: Any = OURS if url.path == "/user" else host.entries[first : first + 100]
                body = json.dumps(found).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = answer  # noqa: N815  (the server's names)

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def run(self, verb: str, *environments: str, **sections: str) -> list[tuple[str, str, Any]]:
        """What was written to the host. `sections`: environment -> text of its file."""
        prefix = {"note": "preview", "issue": "drift"}[verb]
        for file in self.folder.glob("*.md"):
            file.unlink()
        for name, text in sections.items():
            (self.folder / f"{prefix}-{name}.md").write_text(text, encoding="utf-8")
        (self.folder / "names").write_text("\n".join(environments) + "\n", encoding="utf-8")
        variables = {
            "CI_API_V4_URL": f"http://127.0.0.1:{self.server.server_port}",
            "CI_PROJECT_ID": "3",
            "CI_MERGE_REQUEST_IID": "4",
            "CI_JOB_URL": "https://host/job/1",
            "TPA_COMMENT_TOKEN": "token",
        }
        self.asked.clear()
        command = [sys.executable, str(PIPELINES / "gitlab/host.py"), verb, "names", prefix]
        subprocess.run(command, cwd=self.folder, env=variables, check=True)
        return list(self.asked)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    made = Host(tmp_path)
    yield made
    made.server.shutdown()
    made.server.server_close()


NOTES = "/projects/3/merge_requests/4/notes"


def test_one_note_is_written_and_then_edited(host: Host) -> None:
    wanted = {"body": f"{NOTE}\n### prod\n\n{HOSTILE}"}
    assert host.run("note", "prod", "dev", dev=HOSTILE, prod="### prod\n") == [
        ("POST", NOTES, wanted)
    ]
    host.entries = [{"id": n, "author": OTHER, "body": NOTE} for n in range(100)]
    host.entries += [{"id": 200, "author": OURS, "body": f"{NOTE}\nold"}]
    assert host.run("note", "prod", "dev", dev=HOSTILE, prod="### prod\n") == [
        ("PUT", f"{NOTES}/200", wanted)
    ]


def test_a_job_without_an_answer_and_a_section_that_is_too_long(host: Host) -> None:
    ((_, _, sent),) = host.run("note", "a", "b", "c", a="### a\n", b="### b\n" + "⬜" * 1_000_000)
    assert sent["body"] == (
        f"{NOTE}\n### a\n\n### b\n\nToo long for this page:"
        " [preview-b.md](https://host/job/1/artifacts/browse)\n\n"
        "### c: no answer\n\n[The job](https://host/job/1) says why.\n"
    )


@pytest.mark.parametrize(("listed", "named"), [("exit 1", "files"), ("echo dev", "dev"), ("", "")])
def test_files_that_name_no_environment_are_in_the_note(
    tmp_path: Path, listed: str, named: str
) -> None:
    """The job's own lines; its python notes what the note is made of."""
    shell = tmp_path / "pipelines/shell"
    for file, text in {
        shell / "environments.sh": f"#!/bin/sh\n{listed}\n",
        shell / "credentials.sh": "#!/bin/sh\n",
        shell / "preview.sh": "#!/bin/sh\n",
        tmp_path / ".venv/bin/python": '#!/bin/sh\ntest "$2" = note && cp "$3" named\n',
    }.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)
    job = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))["preview"]
    command = ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])]
    done = subprocess.run(command, cwd=tmp_path, check=False)
    assert done.returncode == (listed == "exit 1")
    assert (tmp_path / "named").read_text(encoding="utf-8").strip() == named


def test_one_issue_is_opened_edited_and_closed(host: Host) -> None:
    assert host.run("issue", "dev", dev="") == []
    ((method, path, sent),) = host.run("issue", "dev", "prod", dev="", prod=HOSTILE)
    assert (method, path) == ("POST", "/projects/3/issues")
    assert sent["description"] == f"{ISSUE}\n{HOSTILE}"
    host.entries = [{"iid": 5, "author": OTHER, "description": ISSUE}]
    host.entries += [{"iid": 6, "author": OURS, "description": None}]
    host.entries += [{"iid": 9, "author": OURS, "description": f"{ISSUE}\nold"}]
    ((method, path, sent),) = host.run("issue", "dev", dev=HOSTILE)
    assert (method, path) == ("PUT", "/projects/3/issues/9")
    assert sent == {"description": f"{ISSUE}\n{HOSTILE}"}
    ((_, _, sent),) = host.run("issue", "dev", dev="")
    assert sent == {"state_event": "close"}
    ((_, _, sent),) = host.run("issue", "dev", "prod", dev="")
    assert "### prod: no answer" in sent["description"]


def chain(folder: Path, *rows: tuple[str, int, bool], **variables: str) -> Any:
    listed = [{"environment": n, "wave": wave, "embedded": local} for n, wave, local in rows]
    file = folder / "environments.json"
    file.write_text(json.dumps({"environments": listed}), encoding="utf-8")
    command = [sys.executable, str(PIPELINES / "gitlab/host.py"), "chain", str(file)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    form = ("--builtin-schema", "vendor.gitlab-ci", str(folder / "chain.yml"))
    (folder / "chain.yml").write_text(done.stdout, encoding="utf-8")
    check = [str(Path(sys.executable).parent / "check-jsonschema"), *form]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    return yaml.safe_load(done.stdout)


ROWS = (("dev", 0, False), ("local", 0, True), ("eu", 1, False), ("us", 1, False))


def test_the_chain_has_a_stage_for_each_wave(tmp_path: Path) -> None:
    found = chain(tmp_path, *ROWS)
    included = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))
    assert found["stages"] == [*included["stages"], "wave 0", "wave 1"]
    jobs = {name: job for name, job in found.items() if name not in ("include", "stages")}
    assert {name: job["stage"] for name, job in jobs.items()} == {
        "plan dev": "wave 0",
        "apply dev": "wave 0",
        "plan eu": "wave 1",
        "apply eu": "wave 1",
        "plan us": "wave 1",
        "apply us": "wave 1",
    }
    assert {job["extends"] for job in jobs.values()} <= included.keys()
    for name in ("dev", "eu", "us"):
        apply = jobs[f"apply {name}"]
        assert apply["needs"] == [f"plan {name}"]
        assert apply["resource_group"] == f"stack-{name}"
        assert apply["environment"] == {"name": name}


def test_the_last_wave_waits_for_a_person(tmp_path: Path) -> None:
    def waiting(**variables: str) -> list[str]:
        found = chain(tmp_path, *ROWS, **variables)
        return [name for name, job in found.items() if "when" in job and name != "stages"]

    assert waiting() == ["apply eu", "apply us"]
    assert waiting(TPA_APPROVE="dev us") == ["apply dev", "apply us"]


def test_a_chain_without_a_real_tenant_does_nothing(tmp_path: Path) -> None:
    found = chain(tmp_path, ("dev", 0, True))
    assert found["nothing"]["stage"] in found["stages"]
