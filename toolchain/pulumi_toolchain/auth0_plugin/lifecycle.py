"""Preview, create, update, delete and read: the same steps for every resource type.

This module knows neither gRPC nor a particular type. Property bags come in plain. Outputs have
every property of the type, absent ones with their zero value, and secrets marked.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass

from . import inputs
from .errors import ApiError, PluginError, one_error
from .fields import Field, Kind
from .plan import Change, changes, known_part, plan, settle
from .resource import Job, Resource
from .tenant import Sdk, Tenant
from .values import DEFAULTS, UNKNOWN, Props, Value, secret, without_defaults


class InitFailed(PluginError):
    """The object exists on the server, but the operation did not complete."""

    def __init__(self, message: str, resource_id: str, outputs: Props) -> None:
        super().__init__(message)
        self.id = resource_id
        self.outputs = outputs


@dataclass(frozen=True)
class ReadResult:
    """What a read found: the resource's id, its inputs and its outputs."""

    id: str
    inputs: Props
    outputs: Props


@dataclass(frozen=True)
class Subject:
    """One resource of the program: its type, its URN and its tenant.

    `ignored`: paths of properties whose changes the program ignores.
    """

    resource: Resource
    urn: str
    tenant: Tenant
    ignored: Collection[str] = ()

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[1]

    def job(self, declared: Props, prior: Props | None = None, resource_id: str = "") -> Job:
        config = without_defaults(declared)
        job = Job(self.resource, self.tenant, self.name, config, prior, id=resource_id)
        job.planned = plan(self.resource.fields, config, prior, self.ignored)
        return job


def refuse_problems(subject: Subject, job: Job) -> None:
    problems = subject.resource.problems(job)
    if problems:
        problem = PluginError(problems[0])
        raise PluginError(f"diffing {subject.urn}: {one_error(problems[0])}") from problem


def difference(subject: Subject, declared: Props, prior: Props, resource_id: str) -> list[Change]:
    job = subject.job(declared, prior, resource_id)
    refuse_problems(subject, job)
    return list(changes(subject.resource.fields, prior, job.planned))


def deletes_first(resource: Resource, news: Props, replaces: bool) -> bool:
    """Names are unique: one that the program chose is free only after the old object's delete."""
    return replaces and resource.autonamed and "name" not in news.get(DEFAULTS, [])


def complete(resource: Resource, outputs: Props, resource_id: str) -> Props:
    """A state entry's outputs: secrets marked, the id, and the schema's version if it has one."""
    bag = {"id": resource_id, **mark_secrets(resource.fields, outputs)}
    if resource.schema_version:
        meta = {"schema_version": str(resource.schema_version)}
        bag["__meta"] = json.dumps(meta, separators=(",", ":"))
    return bag


def mark_secrets(fields: tuple[Field, ...], bag: Props) -> Props:
    known = {each.name: each for each in fields}
    return {name: _marked(known.get(name), value) for name, value in bag.items()}


def _marked(field: Field | None, value: Value) -> Value:
    if field is None:
        return value
    if field.secret:
        return secret(value)
    if field.kind is Kind.BLOCK and isinstance(value, dict):
        return mark_secrets(field.fields, value)
    if field.kind is Kind.BLOCKS and isinstance(value, list):
        return [
            mark_secrets(field.fields, item) if isinstance(item, dict) else item for item in value
        ]
    return value


def preview(subject: Subject, declared: Props, prior: Props | None, resource_id: str) -> Props:
    """Outputs as far as they are known before the run. Makes no call."""
    job = subject.job(declared, prior, resource_id)
    refuse_problems(subject, job)
    return complete(subject.resource, job.planned, resource_id or UNKNOWN)


def create(subject: Subject, declared: Props) -> tuple[str, Props]:
    job = subject.job(declared)
    refuse_problems(subject, job)
    try:
        subject.resource.create(job)
        outputs = _read_back(job)
    except PluginError as error:
        if not job.id:
            raise PluginError(one_error(str(error))) from error
        if _tolerated(subject.resource, error):
            raise PluginError(
                f"expected non-nil error with nil state during Create of {subject.urn}"
            ) from None
        raise _init_failed(subject, job, "creating", error) from error
    return job.id, complete(subject.resource, outputs, job.id)


def update(subject: Subject, declared: Props, prior: Props, resource_id: str) -> Props:
    job = subject.job(declared, prior, resource_id)
    refuse_problems(subject, job)
    try:
        subject.resource.update(job)
        outputs = _read_back(job)
    except PluginError as error:
        if _tolerated(subject.resource, error):
            raise PluginError(
                f"Resource provider reported that the resource did not exist while updating "
                f"{subject.urn}.\n\nThis is usually a result of the resource having been deleted "
                "outside of Pulumi, and can often be fixed by running `pulumi refresh` before "
                "updating."
            ) from None
        raise _init_failed(subject, job, "updating", error) from error
    return complete(subject.resource, outputs, resource_id)


def delete(subject: Subject, prior: Props, declared: Props, resource_id: str) -> None:
    job = subject.job(declared, prior, resource_id)
    try:
        subject.resource.delete(job)
    except PluginError as error:
        if not _tolerated(subject.resource, error):
            raise PluginError(f"deleting {subject.urn}: {one_error(str(error))}") from error


def read(subject: Subject, declared: Props, prior: Props, resource_id: str) -> ReadResult | None:
    """Refresh what the state holds, or import if it holds nothing. None: it does not exist."""
    job = subject.job(declared, prior or None, resource_id)
    importing = not declared
    try:
        if importing and not subject.resource.can_import(job):
            return None
        answer = subject.resource.read(job)
        if answer is None:
            return None
        outputs = subject.resource.outputs(job, answer)
    except PluginError as error:
        if _tolerated(subject.resource, error) and not subject.resource.fails_when_gone:
            return None
        verb = "importing" if importing else "refreshing"
        raise PluginError(f"{verb} {subject.urn}: {one_error(str(error))}") from error
    fields = subject.resource.fields
    taken = inputs.imported(fields, outputs) if importing else inputs.refreshed(declared, outputs)
    return ReadResult(
        job.id, mark_secrets(fields, taken), complete(subject.resource, outputs, job.id)
    )


def _read_back(job: Job) -> Props:
    answer = job.resource.read(job)
    if answer is None:
        raise ApiError(404, "404 Not Found: the object does not exist")
    outputs = job.resource.outputs(job, answer)
    return settle(job.resource.fields, outputs, job.planned)


def _tolerated(resource: Resource, error: PluginError) -> bool:
    """The official plugin accepts a 404 as "gone" only where it uses the first Go SDK."""
    return isinstance(error, ApiError) and error.gone and resource.sdk is Sdk.FIRST


def _init_failed(subject: Subject, job: Job, verb: str, error: PluginError) -> InitFailed:
    outputs = complete(subject.resource, known_part(job.resource.fields, job.planned), job.id)
    return InitFailed(f"{verb} {subject.urn}: {one_error(str(error))}", job.id, outputs)
