"""A resource type (description and calls), and one operation on one resource of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from .fields import Field, Kind, Send, body_of, by_name, read_back
from .plan import same
from .tenant import NO_BODY, Sdk, Tenant
from .values import Props, Value


@dataclass
class Job:
    """One operation on one resource: what is declared, what the state holds, what is planned."""

    resource: "Resource"
    tenant: Tenant
    name: str
    config: Props
    prior: Props | None = None
    planned: Props = field(default_factory=dict)
    id: str = ""

    def call(
        self, method: str, path: str, body: Value = NO_BODY, *, chunked: bool = False
    ) -> Value:
        return self.tenant.call(method, path, body, sdk=self.resource.sdk, chunked=chunked)

    def changed(self, name: str) -> bool:
        """Whether the plan differs from the state in this property."""
        described = by_name(self.resource.fields)[name]
        return not same(described, (self.prior or {}).get(name), self.planned.get(name))

    def declared(self, fields: Iterable[Field] | None = None) -> Props:
        """The body of a create or of a whole-configuration update."""
        new = self.prior is None
        chosen = (
            each
            for each in fields or self.resource.fields
            if new or each.send is not Send.CHANGED or self.changed(each.name)
        )
        if self.prior is None:
            return body_of(chosen, self.config, new=True)
        held = {each.name: _to_send(each, self.config, self.prior) for each in self.resource.fields}
        return body_of(chosen, {**self.config, **held}, new=False)

    def only_changed(self, fields: Iterable[Field] | None = None) -> Props:
        """Changed keys alone."""
        chosen = fields or self.resource.fields
        changed = (each for each in chosen if self.changed(each.name))
        return body_of(changed, self.config, new=False)

    def removed(self) -> Props:
        """Nulls for the properties that an update has to clear explicitly."""
        return {
            each.wire: None
            for each in self.resource.fields
            if each.nullable and self.config.get(each.name) is None and self.changed(each.name)
        }

    @property
    def escaped_id(self) -> str:
        return quote(self.id, safe="|:@&=+$")


def _to_send(field: Field, config: Props, prior: Props) -> Value:
    """A declared block without what is only sent when it changed, and did not."""
    value, before = config.get(field.name), prior.get(field.name) or {}
    if field.kind is not Kind.BLOCK or value is None:
        return value
    unchanged = {
        each.name
        for each in field.fields
        if each.send is Send.CHANGED and same(each, before.get(each.name), value.get(each.name))
    }
    return {name: inner for name, inner in value.items() if name not in unchanged}


def nothing_to_do(_job: Job) -> None:
    return None


def always(_job: Job) -> bool:
    return True


def no_problems(_job: Job) -> Sequence[str]:
    return ()


def by_description(job: Job, answer: Props) -> Props:
    return read_back(job.resource.fields, answer)


@dataclass(frozen=True)
class Resource:
    """One resource type.

    `create` sets the job's id as soon as something exists on the server; `read` returns the
    answer that `outputs` turns into properties, or None when the object does not exist any more;
    `can_import` is the first step of an import: False means that there is nothing to import.
    """

    token: str
    fields: tuple[Field, ...]
    create: Callable[[Job], None]
    read: Callable[[Job], Props | None]
    update: Callable[[Job], None] = nothing_to_do
    delete: Callable[[Job], None] = nothing_to_do
    outputs: Callable[[Job, Props], Props] = by_description
    can_import: Callable[[Job], bool] = always
    problems: Callable[[Job], Sequence[str]] = no_problems
    conflicts: tuple[tuple[str, str], ...] = ()
    autonamed: bool = False
    schema_version: int = 0
    sdk: Sdk = Sdk.FIRST
    fails_when_gone: bool = False
    """A refresh treats a 404 as an error: the official plugin does not expect it here."""

    @property
    def type(self) -> str:
        return self.token.rsplit(":", 1)[1]
