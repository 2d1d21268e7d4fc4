"""The scripts as a pipeline sees them: exit status and what they write, for each end of `tpa`."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.pipelines.commands import ROOT

FENCE = "``````````"
TPA = """\
#!/bin/sh
echo "$@" >> calls
case "$1" in
  environments)
    test -z "$BROKEN" || { echo 'stacks/dev.yaml: no mapping' >&2; exit 1; }
    cat environments.json;;
  check)
    for last; do test "$before" != --code-quality || cp finding.json "$last"; before=$last; done
    echo "stacks/apis.yaml:3: ````````````"; exit "${CHECK:-0}";;
  advance) printf '%s' "$SHOWN"; echo "a note" >&2; exit "${ADVANCE:-0}";;
  plan)
    test -z "$SHOWN" || printf '%s' "$SHOWN" > "$5"
    echo "stacks/: a plan"; exit "${PLAN:-0}";;
  drift) printf '%s' "$SHOWN" > "$5"; echo "in the log: $SHOWN"; exit "${DRIFT:-0}";;
esac
"""
ROWS = [
    {"environment": "dev", "advances_from": "", "embedded": False, "wave": 0},
    {"environment": "staging", "advances_from": "dev", "embedded": False, "wave": 1},
    {"environment": "local", "advances_from": "", "embedded": True, "wave": 0},
]
FINDING = {
    "description": "callbacks[0]: 50%, a\nWhy: b",
    "check_name": "TP-1",
    "fingerprint": "0",
    "severity": "critical",
    "location": {"path": "stacks/a,b.yaml", "lines": {"begin": 4}},
}


class Shell:
    """A project whose `tpa` answers as the variables say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write(".venv/bin/tpa", TPA).chmod(0o755)
        self.write("environments.json", json.dumps({"environments": ROWS}))
        self.write("finding.json", json.dumps([FINDING]))

    def write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def run(self, script: str, *arguments: str, **variables: str) -> tuple[int, str, str]:
        """Exit status, standard output, standard error."""
        done = subprocess.run(
            [ROOT / "pipelines" / script, *arguments],
            cwd=self.folder,
            env={"PATH": f"{self.folder}/bin:/usr/bin:/bin", "SHOWN": "", **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.mark.parametrize(
    ("environment", "variables", "status", "title"),
    [
        ("dev", {"CHECK": "1"}, 1, "### dev: refused"),
        ("dev", {"CHECK": "2"}, 2, "### dev: no answer"),
        ("dev", {"PLAN": "1"}, 1, "### dev: no plan"),
        ("staging", {"ADVANCE": "2"}, 2, "### staging: no answer"),
        ("dev", {"BROKEN": "1"}, 1, "### dev: no answer"),
        ("production", {}, 2, "### production: no answer"),
    ],
)
def test_what_is_wrong_is_a_section_whose_block_is_closed(
    shell: Shell, environment: str, variables: dict[str, str], status: int, title: str
) -> None:
    code, _, said = shell.run("shell/preview.sh", environment, "out.md", **variables)
    assert code == status
    first, _, *lines, last = shell.read("out.md").splitlines()
    assert first == title
    assert [line for line in (*lines, last) if line.startswith(FENCE)] == [FENCE, FENCE]
    assert last == FENCE
    assert any(word in line for line in lines for word in ("stacks/", "dev, staging", "a note"))
    assert "Traceback" not in said + "".join(lines)


@pytest.mark.parametrize(
    ("advance", "status", "planned"), [("0", 0, True), ("3", 0, False), ("1", 1, False)]
)
def test_waiting_is_no_fault_of_the_request_and_refusing_is(
    shell: Shell, advance: str, status: int, planned: bool
) -> None:
    shown = "### dev → staging: $(touch injected) `x` @everyone ${{ secrets.A }}\n"
    code, _, _ = shell.run(
        "shell/preview.sh", "staging", "out.md", "9000", ADVANCE=advance, SHOWN=shown
    )
    assert code == status
    assert shell.read("out.md") == shown
    assert not (shell.folder / "injected").exists()
    asked = shell.read("calls").splitlines()
    assert ("plan -e staging --markdown out.md --limit 9000" in asked) is planned


def test_what_tpa_says_of_a_plan_that_failed_stays(shell: Shell) -> None:
    said = {"PLAN": "1", "SHOWN": "### dev: refused\n"}
    assert shell.run("shell/preview.sh", "dev", "out.md", **said)[0] == 1
    assert shell.read("out.md") == "### dev: refused\n"
    assert shell.read("out.txt") == "stacks/: a plan\n"


def test_drift_is_told_in_the_words_of_the_command(shell: Shell) -> None:
    assert shell.run("shell/drift.sh", "dev", "out.md", SHOWN="### dev: nothing\n")[0] == 0
    assert shell.read("out.md") == ""
    assert shell.run("shell/drift.sh", "dev", "out.md", DRIFT="1", SHOWN="ann, 3 May")[0] == 1
    assert shell.read("out.md") == "ann, 3 May"
    assert shell.run("shell/drift.sh", "dev", "out.md", DRIFT="2", SHOWN="half")[0] == 2
    assert shell.read("out.md") == f"### dev: no answer\n\n{FENCE}\nin the log: half\n{FENCE}\n"


def test_on_github_nothing_that_was_said_is_a_command(shell: Shell) -> None:
    _, out, _ = shell.run(
        "shell/drift.sh", "dev", "out.md", GITHUB_ACTIONS="true", SHOWN="\n::error::x"
    )
    first, *rest = out.splitlines()
    assert first.startswith("::stop-commands::")
    assert first.removeprefix("::stop-commands::") not in "\n".join(rest)
    assert "::error::x" in rest


def test_every_environment_is_checked_and_a_finding_is_told_once(shell: Shell) -> None:
    code, out, _ = shell.run("shell/check.sh", CHECK="1", GITHUB_ACTIONS="true")
    assert code == 1
    checked = [line.split()[3] for line in shell.read("calls").splitlines() if "check" in line]
    assert checked == ["dev", "staging", "local"]
    assert [line for line in out.splitlines() if line.startswith("::")] == [
        "::error file=stacks/a%2Cb.yaml,line=4,title=TP-1::callbacks[0]: 50%25, a%0AWhy: b"
    ]
    assert json.loads(shell.read("gl-code-quality-report.json")) == [FINDING]
    assert "::error" not in shell.run("shell/check.sh")[1]


def test_environments_with_a_real_tenant(shell: Shell) -> None:
    code, out, said = shell.run("shell/environments.sh")
    assert (code, out) == (0, "dev\nstaging\n")
    assert "local has an embedded tenant" in said
    assert shell.run("shell/environments.sh", "all")[1] == "dev\nstaging\nlocal\n"
    assert shell.run("shell/environments.sh", BROKEN="1")[0] == 1


def test_only_a_project_whose_requirements_changed_is_installed(shell: Shell) -> None:
    shell.write("requirements.txt", "a==1\n")
    shell.write(".venv/bin/python", '#!/bin/sh\necho "$@" >> calls\n').chmod(0o755)
    for _ in range(2):
        assert shell.run("shell/setup.sh") == (0, "", "")
    (installed,) = shell.read("calls").splitlines()
    assert installed.endswith(" -r requirements.txt")
    shell.write("requirements.txt", "a==2\n")
    assert shell.run("shell/setup.sh")[0] == 0
    assert len(shell.read("calls").splitlines()) == 2


SECRET = {"AUTH0_CLIENT_ID": "id", "AUTH0_CLIENT_SECRET": "s'ecret $(x)", "TPA_PLAN_KEY": "50%"}
STORES = {
    "aws": "secretsmanager get-secret-value --secret-id auth0-prod-plan"
    " --query SecretString --output text",
    "google": "secrets versions access latest --secret auth0-prod-plan --project p",
    "azure": "keyvault secret show --vault-name vault --name auth0-prod-plan"
    " --query value --output tsv",
    "pulumi": "env open acme/tpa/auth0-prod-plan environmentVariables",
}
COMMANDS = {"aws": "aws", "google": "gcloud", "azure": "az", "pulumi": "pulumi"}
KNOWN = {"GOOGLE_PROJECT": "p", "AZURE_KEY_VAULT": "vault", "PULUMI_ORGANIZATION": "acme"}


def store(shell: Shell, name: str, secret: str) -> None:
    shell.write("secret", secret)
    program = '#!/bin/sh\necho "$@" > asked\ncat secret\n'
    shell.write(f"bin/{COMMANDS[name]}", program).chmod(0o755)


@pytest.mark.parametrize("name", STORES)
def test_credentials_come_from_the_store_of_the_use(shell: Shell, name: str) -> None:
    store(shell, name, json.dumps(SECRET))
    code, out, said = shell.run("shell/credentials.sh", "prod", "plan", TPA_SECRETS=name, **KNOWN)
    assert code == 0, said
    assert shell.read("asked").strip() == STORES[name]
    show = 'printf "%s|" "$AUTH0_CLIENT_ID" "$AUTH0_CLIENT_SECRET" "$TPA_PLAN_KEY"'
    done = subprocess.run(["bash"], input=out + show, capture_output=True, text=True, check=True)
    assert done.stdout == "id|s'ecret $(x)|50%|"


def test_on_github_credentials_are_masked_before_they_are_set(shell: Shell) -> None:
    store(shell, "aws", json.dumps(SECRET))
    variables = {"TPA_SECRETS": "aws", "GITHUB_ENV": str(shell.folder / "env")}
    _, out, _ = shell.run("shell/credentials.sh", "prod", "plan", **variables)
    assert out == "::add-mask::id\n::add-mask::s'ecret $(x)\n::add-mask::50%25\n"
    assert shell.read("env") == "".join(f"{key}={value}\n" for key, value in SECRET.items())


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("{", "no JSON object"),
        ("[1]", "no JSON object"),
        ('{"A": "b\\nPATH=/evil"}', "more than one line"),
        ('{"a=b": "c"}', "no variable"),
    ],
)
def test_a_secret_that_is_none_sets_nothing(shell: Shell, secret: str, why: str) -> None:
    store(shell, "aws", secret)
    variables = {"TPA_SECRETS": "aws", "GITHUB_ENV": str(shell.folder / "env")}
    code, out, said = shell.run("shell/credentials.sh", "prod", "plan", **variables)
    assert (code, out) == (1, "")
    assert "the secret auth0-prod-plan" in said
    assert why in said
    assert not (shell.folder / "env").exists()


def test_without_a_store_the_job_says_so(shell: Shell) -> None:
    code, out, said = shell.run("shell/credentials.sh", "prod", "preview")
    assert (code, out) == (2, "")
    assert "no credentials for prod: set the variable TPA_SECRETS" in said
    code, _, said = shell.run("gitlab/login.sh", TPA_ID_TOKEN="x")
    assert code == 2
    assert "set the variable TPA_SECRETS" in said


@pytest.mark.parametrize(
    ("name", "asked", "exported"),
    [
        ("aws", "", "AWS_ROLE_ARN=us"),
        ("google", "auth login --quiet --cred-file", "GOOGLE_APPLICATION_CREDENTIALS="),
        ("azure", "login --service-principal --username us --tenant t --federated-token id", ""),
        ("pulumi", "--oidc-org acme --oidc-team us", ""),
    ],
)
def test_gitlab_exchanges_the_jobs_identity(
    shell: Shell, name: str, asked: str, exported: str
) -> None:
    store(shell, name, "")
    known = {**KNOWN, "GOOGLE_PROVIDER": "projects/1/p", "AZURE_TENANT_ID": "t"}
    variables = {"TPA_SECRETS": name, "TPA_ID_TOKEN": "id", "TPA_IDENTITY": "us", **known}
    code, out, said = shell.run("gitlab/login.sh", TMPDIR=str(shell.folder), **variables)
    assert code == 0, said
    assert exported in out
    assert asked in (shell.read("asked") if asked else "")
    (token,) = shell.folder.glob("tmp.??????????")
    assert token.read_text(encoding="utf-8") == "id"
    assert token.stat().st_mode & 0o77 == 0
    if name == "google":
        content = json.loads(Path(f"{token}.json").read_text(encoding="utf-8"))
        assert content["credential_source"] == {"file": str(token)}
        assert content["audience"] == "//iam.googleapis.com/projects/1/p"
