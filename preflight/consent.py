"""What users will read when they are asked for consent (RT-09).

Scopes are shown by name, grouped as action:resource, or by description where the tenant's flag
`use_scope_descriptions_for_consent` is on;
https://auth0.com/docs/get-started/applications/third-party-applications/user-consent-and-third-party-applications
"""

from collections.abc import Iterator

from catalog import Problem
from preflight.inspection import Inspection, warning


def check_consent(seen: Inspection) -> Iterator[Problem]:
    """Scopes of users' grants that have no description, where descriptions are shown."""
    if not seen.catalog.tenant.scope_descriptions_at_consent:
        return
    told = set()
    for file, field, grant in seen.catalog.places():
        api = seen.snapshot.apis.get(grant.audience)
        if api is None or grant.subject_type != "user":
            continue
        scopes = sorted(api.scopes) if grant.allow_all_scopes else grant.scopes
        for scope in scopes:
            if scope in api.described or (grant.audience, scope) in told:
                continue
            told.add((grant.audience, scope))
            what = f"the scope '{scope}' of '{grant.audience}' has no description"
            why = "consent shows descriptions here, and users would read the bare name among them"
            fix = f"describe it at {seen.domain}, in the words of a user"
            yield warning(Problem(file, 0, f"{field}.scopes", what, why, fix))
