"""What has to be left out of an adoption: what rules refuse, or a file would not say as it is."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from auth0_third_party.rules import Path, field_name
from tpa.adopt.candidates import Adoption, AdoptionInput, Candidate
from tpa.adopt.definitions import can_state
from tpa.comparison.compare import compare, is_left_to_tenant
from tpa.comparison.facts import Facts, declared_facts, live_facts, quoted
from tpa.files.catalog import Catalog, load_catalog
from tpa.files.editing import StagedFiles
from tpa.files.layout import APIS_FILE, environment_file
from tpa.files.problems import CatalogError, Problem
from tpa.preflight.run import update_errors
from tpa.tenant.view import EnvironmentView

PER_APPLICATION = ("adopt", "advance_anyway")
"""Fields of the environment's file that have a line for each application."""
ABOUT_FILES = re.compile(r"\b(here|files?|lines?)\b")
CORRECT = "correct it, then run this again"
DEFINE_SCOPE = "define it for the API, or take it out of the grant"
ADOPT_ALL = "; default permissions are adopted only together with everything: give no name"


def reasons_to_leave_out(
    stage: StagedFiles, source: AdoptionInput, adoption: Adoption
) -> dict[str, str]:
    """Id of a client or a grant -> what is wrong with it: rules of the files, then what any update
    checks in the tenant. Sets `adoption.refusals` to problems that nothing adopted has caused.

    Raises:
        CatalogError: problems of the files that nothing adopted has caused.
    """
    try:
        catalog = load_catalog(stage.copy, source.view.catalog.name)
    except CatalogError as error:
        reasons = dict(_attributed(error.problems, stage, source, adoption))
        if not reasons:
            raise
        return reasons
    reasons, refusals = {}, []
    for problem in update_errors(catalog, source.view, source.resources):
        own = dict(_attributed([problem], stage, source, adoption))
        reasons |= own
        refusals += [] if own else [problem]
    adoption.refusals = tuple(refusals)
    return {**reasons, **dict(_mismatches(catalog, source, adoption.candidates))}


def _attributed(
    problems: Iterable[Problem], stage: StagedFiles, source: AdoptionInput, adoption: Adoption
) -> Iterator[tuple[str, str]]:
    """The id of the client or grant that caused a problem, and the reason to leave it out."""
    view = source.view
    hint = ADOPT_ALL if source.only and view.grants.get("") else ""
    by_file = {each.file: each for each in adoption.candidates}
    by_line: Mapping[Path, str] = {
        (field, each.key): each.client.id
        for each in adoption.candidates
        for field in PER_APPLICATION
    }
    here = ("environments", view.catalog.name)
    for found in problems:
        line = found.path[:2]
        problem = replace(found, path=found.path[2:]) if line == here else found
        if problem.file in by_file:
            each = by_file[problem.file]
            reason = _reason(problem) if each.file_exists else _tenant_reason(problem)
            yield each.client.id, reason + (hint if problem.path == ("grants",) else "")
        elif line in by_line:
            yield by_line[line], _tenant_reason(replace(problem, path=problem.path[2:]))
        elif problem.file == APIS_FILE or problem.path[:1] == ("audiences",):
            for identity in _caused_in_apis(problem, stage, view, adoption):
                yield identity, _tenant_reason(problem)
        else:
            for identity in _caused_by_grant(problem, view, adoption):
                yield identity, _tenant_reason(problem)


def _reason(problem: Problem) -> str:
    where = f"{problem.field}: " if problem.field else ""
    return f"{where}{problem.what}" + (f" ({problem.fix})" if problem.fix else "")


def _tenant_reason(problem: Problem) -> str:
    """The reason where there is no file yet: the fix has to be one in the tenant."""
    fix = problem.fix
    if not fix or ABOUT_FILES.search(fix):
        fix = DEFINE_SCOPE if problem.path[-1:] == ("scopes",) else CORRECT
    return _reason(replace(problem, fix=f"in the tenant: {fix}"))


def _caused_in_apis(
    problem: Problem, stage: StagedFiles, view: EnvironmentView, adoption: Adoption
) -> Iterator[str]:
    """A default permission, or everything that is granted on an API that the rules refuse."""
    index = _index(problem.path, "default_permissions")
    if index is not None:
        added = index - len(view.catalog.default_permissions)
        if 0 <= added < len(adoption.default_permissions):
            yield adoption.default_permissions[added].id
        return
    named = problem.path[:1] in (("apis",), ("audiences",)) and len(problem.path) > 1
    key = problem.path[1] if named else ""
    api = (stage.data(APIS_FILE).get("apis") or {}).get(key) or {}
    here = stage.data(environment_file(view.catalog.name)).get("audiences") or {}
    audience = here.get(key, api.get("audience"))
    for each in adoption.candidates:
        if any(grant.audience == audience for grant in view.grants.get(each.client.id, ())):
            yield each.client.id
    for grant in adoption.all_grants:
        if grant.audience == audience:
            yield grant.id


def _caused_by_grant(problem: Problem, view: EnvironmentView, adoption: Adoption) -> Iterator[str]:
    """A grant that was added to a file that existed."""
    index = _index(problem.path, "grants")
    for key, user in view.declared.items():
        if index is None or problem.file != view.catalog.definition_file(key):
            continue
        grants = [grant for owner, grant in adoption.grants if owner == key]
        added = index - len(user.grants)
        if 0 <= added < len(grants):
            yield grants[added].id


def _index(path: Path, name: str) -> int | None:
    """`("grants", 2, "scopes")` -> 2."""
    found = path[1] if path[:1] == (name,) and len(path) > 1 else None
    return found if isinstance(found, int) else None


def _mismatches(
    catalog: Catalog, source: AdoptionInput, candidates: Iterable[Candidate]
) -> Iterator[tuple[str, str]]:
    """Clients whose file would not say what the tenant has: their ids, and what differs."""
    view = replace(source.view, catalog=catalog)
    declared = declared_facts(view, catalog)
    found: dict[str, list[str]] = {}
    for each in compare(declared, live_facts(view), partial(_is_adopted, declared)):
        kind, key, *field = map(str, each.path)
        if field == ["rate_limit"] and each.before is None and not can_state(each.after):
            continue  # listed as unmanaged
        name = field_name(field) if kind == "applications" else " ".join(("its grant", *field))
        text = f"{name} is {quoted(each.after)} in the tenant"
        found.setdefault(key, []).append(text)
    for candidate in candidates:
        if candidate.key in found:
            head = "no file can express this"
            if candidate.file_exists:
                head = f"{candidate.file} differs"
            yield candidate.client.id, f"{head}: {', '.join(found[candidate.key])}"


def _is_adopted(declared: Facts, path: Path) -> bool:
    """Whether a fact belongs to an application, and is no ownership tag, which an import writes."""
    own = path[0] in ("applications", "grants") and path[2:] != ("tag",)
    return own and not is_left_to_tenant(path, declared)
