"""Sends what is planned, politely, and judges what came back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tpa.oauth.credentials import Credential
from tpa.oauth.deployed import Deployed
from tpa.oauth.http import Answer, TenantHttp
from tpa.probe.checks import CHECKS, TENANT_CHECKS, Check
from tpa.probe.requests import TENANT, Name, Request, planned
from tpa.probe.verdict import Observed, Result


@dataclass(frozen=True)
class Row:
    """One check of one application; `application` is "" for the tenant itself."""

    application: str
    check: str
    title: str
    source: str
    result: Result
    reason: str = ""


@dataclass(frozen=True)
class Subject:
    """One application with the requests about it."""

    deployed: Deployed
    credential: Credential | None
    requests: tuple[Request, ...]


@dataclass
class Probe:
    """All that is asked of one tenant. `answers`: of each application, by key; "": the tenant's."""

    subjects: Sequence[Subject]
    answers: dict[str, dict[Name, Answer]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many requests are sent; each sign-in page is one more."""
        pages = sum(any(r.name == "authorize" for r in s.requests) for s in self.subjects)
        return len(TENANT) + pages + sum(len(subject.requests) for subject in self.subjects)

    def ask(self, http: TenantHttp) -> None:
        """Sends everything, each request as a stranger.

        Raises:
            TpaError: the tenant can't be reached.
        """
        self.answers[""] = {request.name: _send(http, request) for request in TENANT}
        for subject in self.subjects:
            found = self.answers.setdefault(subject.deployed.key, {})
            for request in subject.requests:
                answer = found[request.name] = _send(http, request)
                if request.name == "authorize" and _within(answer):
                    found["page"] = http.send("GET", answer.location)

    def rows(self) -> list[Row]:
        """What every check found: the tenant's first, then by application."""
        tenant = self.answers.get("", {})
        found = []
        if self.subjects:
            seen = Observed(self.subjects[0].deployed, tenant)
            found += [_row("", check, seen) for check in TENANT_CHECKS]
        for subject in self.subjects:
            deployed = subject.deployed
            seen = Observed(deployed, {**tenant, **self.answers.get(deployed.key, {})})
            found += [_row(deployed.key, each, seen) for each in CHECKS if each.applies(deployed)]
        return found


def prepare(applications: Sequence[tuple[Deployed, Credential | None]], url: str) -> Probe:
    """The probe of these applications of the tenant at `url`; nothing is sent yet."""
    return Probe(
        [
            Subject(deployed, credential, tuple(planned(deployed, credential, f"{url}/")))
            for deployed, credential in applications
        ]
    )


def _send(http: TenantHttp, request: Request) -> Answer:
    http.forget()
    return http.send(
        request.method,
        request.url,
        params=request.params or None,
        form=request.form,
        headers=request.headers or None,
    )


def _within(answer: Answer) -> bool:
    """Whether it redirects to the tenant itself."""
    return bool(answer.location) and urlsplit(answer.location).netloc == urlsplit(answer.url).netloc


def _row(application: str, check: Check, seen: Observed) -> Row:
    verdict = check.verdict(seen)
    return Row(application, check.id, check.title, check.source, verdict.result, verdict.reason)
