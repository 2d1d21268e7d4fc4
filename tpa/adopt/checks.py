"""What keeps a part of an adoption from being kept: rules, and a file that would say otherwise."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tpa.adopt.candidates import Adoption, Candidate, Found
from tpa.adopt.definitions import limit_of
from tpa.files.catalog import Catalog, load_catalog
from tpa.files.editing.staging import Stage
from tpa.files.problems import CatalogError, Problem
from tpa.files.sources import APIS_FILE
from tpa.preflight.context import PreflightContext
from tpa.preflight.natural_keys import same_permissions
from tpa.preflight.run import run_checks
from tpa.tenant.facets import application_facets, facet_differences
from tpa.tenant.snapshot import narrow_to_catalog
from tpa.tenant.view import EnvironmentView

KINDS = ("applications", "adopt", "advance_anyway")
"""Fields of the environment's file that have a line for each application."""
SPEAKS_OF_FILES = re.compile(r"\b(here|files?|lines?)\b")
CORRECT = "correct it, then run this again"
GRANTED = "define it for the API, or take it out of the grant"
ALONE = "; default permissions of the tenant are taken over with everything alone: give no name"


def refused(stage: Stage, found: Found, made: Adoption) -> dict[str, str]:
    """Id of a client or a grant -> what stands against it: the files' rules, then what every update
    asks of the tenant. `made` learns of what would be refused without it, too.

    Raises:
        CatalogError: problems of the files that nothing of the adoption brought.
    """
    try:
        catalog = load_catalog(stage.copy, found.view.catalog.name)
    except CatalogError as error:
        blamed = dict(_blame(error.problems, stage, found, made))
        if not blamed:
            raise
        return blamed
    blamed, refusals = {}, []
    for problem in _errors(catalog, found):
        own = dict(_blame([problem], stage, found, made))
        blamed |= own
        refusals += [] if own else [problem]
    made.refusals = tuple(refusals)
    return {**blamed, **dict(_unlike(catalog, found, made.candidates))}


def _errors(catalog: Catalog, found: Found) -> Iterator[Problem]:
    """What would refuse an update with these files."""
    view = found.view
    if view.snapshot is not None:
        seen = narrow_to_catalog(view.snapshot, catalog)
        looked = PreflightContext(
            catalog, view.domain, seen, view.stack, found.resources, updating=False
        )
        yield from (each for each in run_checks(looked) if each.severity == "error")


def _blame(
    problems: Iterable[Problem], stage: Stage, found: Found, made: Adoption
) -> Iterator[tuple[str, str]]:
    """Whose file, or whose line in a shared one, a problem is about."""
    view = found.view
    alone = ALONE if found.only and view.grants.get("") else ""
    # A file that is there was fine until it was live here, too.
    by_file = {each.file: each for each in made.candidates}
    by_field = {f"{kind}.{each.key}": each.client.id for each in made.candidates for kind in KINDS}
    for problem in problems:
        place = ".".join(problem.field.split("[")[0].split(".")[:2])
        if problem.file in by_file:
            each = by_file[problem.file]
            said = _said(problem) if each.known else _said_of_tenant(problem)
            yield each.client.id, said + (alone if problem.field == "grants" else "")
        elif place in by_field:
            field = problem.field.removeprefix(place).lstrip(".")
            yield by_field[place], _said_of_tenant(replace(problem, field=field))
        elif problem.file == APIS_FILE:
            for holder in _of_apis(problem, stage, view, made):
                yield holder, _said_of_tenant(problem)
        else:
            for holder in _of_grants(problem, view, made):
                yield holder, _said_of_tenant(problem)


def _said(problem: Problem) -> str:
    """The reason, and what helps."""
    where = f"{problem.field}: " if problem.field else ""
    return f"{where}{problem.what}" + (f" ({problem.fix})" if problem.fix else "")


def _said_of_tenant(problem: Problem) -> str:
    """The same where there is no file yet: help that speaks of one is none."""
    helps = problem.fix
    if not helps or SPEAKS_OF_FILES.search(helps):
        helps = GRANTED if problem.field.endswith(".scopes") else CORRECT
    return _said(replace(problem, fix=f"in the tenant: {helps}"))


def _of_apis(
    problem: Problem, stage: Stage, view: EnvironmentView, made: Adoption
) -> Iterator[str]:
    """Everything that needs an API which the rules refuse, or the default itself."""
    index = _index(problem.field, "default_permissions")
    if index is not None:
        at = index - len(view.catalog.default_permissions)
        yield from (grant.id for grant in made.defaults[at : at + 1] if at >= 0)
        return
    key = problem.field.split(".")[1] if problem.field.startswith("apis.") else ""
    api = (stage.data(APIS_FILE).get("apis") or {}).get(key) or {}
    audience = api.get("audience")
    for each in made.candidates:
        if any(grant.audience == audience for grant in view.grants.get(each.client.id, ())):
            yield each.client.id
    for grant in (*made.defaults, *(grant for _, grant in made.grants)):
        if grant.audience == audience:
            yield grant.id


def _of_grants(problem: Problem, view: EnvironmentView, made: Adoption) -> Iterator[str]:
    """A grant that was added to a file which was there."""
    index = _index(problem.field, "grants")
    for key, user in view.declared.items():
        if index is None or not problem.file.endswith(f"/{key}.yaml"):
            continue
        added = [grant for owner, grant in made.grants if owner == key]
        at = index - len(user.grants)
        yield from (grant.id for grant in added[at : at + 1] if at >= 0)


def _index(field: str, name: str) -> int | None:
    """`grants[2].scopes` -> 2."""
    head, _, rest = field.partition("[")
    return int(rest.partition("]")[0]) if head == name and rest else None


def _unlike(
    catalog: Catalog, found: Found, candidates: Iterable[Candidate]
) -> Iterator[tuple[str, str]]:
    """Applications whose file would say something else than the tenant."""
    for each in candidates:
        says = [] if each.agent else list(_facets_unlike(catalog, found.view, each))
        says += _grants_unlike(catalog, found, each)
        if says:
            head = f"{each.file} says otherwise" if each.known else "no file can say this"
            yield each.client.id, f"{head}: {', '.join(says)}"


def _facets_unlike(catalog: Catalog, view: EnvironmentView, each: Candidate) -> Iterator[str]:
    application = catalog.applications[each.key]
    limit = application.rate_limit.model_dump() if application.rate_limit else {}
    if limit != limit_of(view, each.client):
        yield "its rate limit is another one in the tenant"
    facets = application_facets(application)
    for name, (_, live) in facet_differences(facets, each.client.facets).items():
        yield f"{name} is {_text(live)} in the tenant"


def _grants_unlike(catalog: Catalog, found: Found, each: Candidate) -> Iterator[str]:
    user = catalog.agents[each.key] if each.agent else catalog.applications[each.key]
    stated = {(g.audience, str(g.subject_type)): g for g in user.grants}
    for grant in found.view.grants.get(each.client.id, ()):
        twin = stated.pop((grant.audience, grant.subject_type), None)
        places = set(found.organizations.get(grant.id, ()))
        if twin is None or not same_permissions(twin, grant) or set(twin.organizations) != places:
            yield f"its grant {grant.id} for {grant.audience} ({grant.subject_type})"
    for audience, subject_type in stated:
        yield f"it has no grant for {audience} ({subject_type})"


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return "not set" if value is None else f"'{value}'"
