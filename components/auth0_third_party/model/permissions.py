"""Permissions on APIs: of one application, and of all third parties by default."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

from pydantic import StringConstraints

from auth0_third_party import rules
from auth0_third_party.model.values import LEGIBLE, Key, Line, Model, Scope, SubjectType, Text

DetailType = Annotated[str, StringConstraints(min_length=1, max_length=255), LEGIBLE]


class Permission(Model):
    """Scopes on an API for one kind of subject: a list, or all of them for a written reason.

    `allow_all_scopes` covers scopes that the API will get in future (CG-07).
    """

    subject_type: SubjectType
    """`user`: calls for a user who signed in. `client`: calls as itself."""
    scopes: tuple[Scope, ...] = ()
    """What it may do; each must be one of the API's."""
    allow_all_scopes: bool = False
    """All scopes of the API, in place of a list."""
    allow_all_scopes_reason: Line = ""
    """Why; kept where reviewers look."""
    authorization_details_types: tuple[DetailType, ...] = ()
    """Types of rich authorization requests that it may make."""

    @property
    def grants_anything(self) -> bool:
        return bool(self.scopes or self.allow_all_scopes or self.authorization_details_types)

    def violations(self) -> Iterator[rules.Violation]:
        """The rules that it breaks by itself."""
        stated = "scopes" in self.model_fields_set
        yield from rules.check_all_scopes(
            self.allow_all_scopes, self.allow_all_scopes_reason, scopes_stated=stated
        )
        yield from rules.check_details(self.subject_type, self.authorization_details_types)
        yield from rules.check_repeated(("scopes",), self.scopes)
        yield from rules.check_oidc_scopes(self.scopes)


class ClientGrant(Permission):
    """Application x API x subject type x scopes: the permissions of one application on one API.

    `api` is the short name that the grant's logical name is made of; without it the audience is.
    """

    audience: Text
    api: Key | None = None
    organizations: tuple[Text, ...] = ()

    def violations(self) -> Iterator[rules.Violation]:
        yield from super().violations()
        yield from rules.check_grant_organizations(self.subject_type, self.organizations)


class DefaultPermission(Permission):
    """What every third-party application may do on an API unless it has a grant of its own."""

    audience: Text
    api: Key | None = None


class DefaultPermissionSet(Model):
    """The baseline of a tenant: all default permissions together."""

    permissions: tuple[DefaultPermission, ...] = ()

    def violations(self) -> Iterator[rules.Violation]:
        """Every rule that they break."""
        yield from grant_violations(self.permissions, field="permissions")


def grant_violations(
    grants: Sequence[ClientGrant | DefaultPermission],
    flows: Sequence[str] | None = None,
    field: str = "grants",
) -> Iterator[rules.Violation]:
    """The rules that grants break, alone and together.

    Args:
        grants: all that one client has, or all default permissions.
        flows: the grant types that the client may use; None for default permissions.
        field: what their list is called, for the paths.
    """
    audiences = [grant.audience for grant in grants]
    yield from permission_violations(grants, audiences, flows, field)
    for index, audience in enumerate(audiences):
        yield from rules.check_audience((field, index, "audience"), audience)


def permission_violations(
    permissions: Sequence[Permission],
    apis: Iterable[str],
    flows: Sequence[str] | None,
    field: str,
) -> Iterator[rules.Violation]:
    """The same of permissions whose APIs have any kind of names, in the same order."""
    subjects = [permission.subject_type for permission in permissions]
    yield from rules.check_unique(zip(apis, subjects, strict=True), field)
    for index, permission in enumerate(permissions):
        path = (field, index)
        yield from (violation.below(path) for violation in permission.violations())
        if flows is not None:
            yield from rules.check_subject_type((*path, "subject_type"), subjects[index], flows)
