"""What the engine and its config say about a run; nothing else reads the config."""

import os
from dataclasses import dataclass, field

import pulumi
from pulumi.runtime import is_config_secret

from auth0_third_party.management import Credentials, NoCredentials
from tpa.composition.engine_state import answered_state
from tpa.environments.stack_state import StackState, UnreadableState, other_tenant
from tpa.files.catalog import RESTORE_VARIABLE
from tpa.files.environment import Environment
from tpa.files.problems import CatalogError, Problem

TENANT = ("tenant",)
"""The field of an environment's file that names its tenant."""
CONFIG = "auth0"
SECRET_KEYS = {"client_secret": "clientSecret", "api_token": "apiToken"}


@dataclass(frozen=True)
class Settings:
    """One run: the stack, how to sign in to its tenant, and the state before the run."""

    stack: str
    credentials: Credentials
    state: StackState = field(default_factory=StackState)

    @property
    def restoring(self) -> bool:
        """Whether the stack is declared as its last update applied it."""
        return bool(os.environ.get(RESTORE_VARIABLE))

    @property
    def domain(self) -> str:
        return self.credentials.domain

    @property
    def stack_tag(self) -> str:
        """The ownership tag that the applications of this stack carry in the tenant."""
        return f"{pulumi.get_project()}/{self.stack}"


def read_settings(environment: Environment, file: str) -> Settings:
    """The settings of the running program.

    Raises:
        CatalogError: no domain, two different ones, another than recorded, or no credentials.
    """
    _check_shell(file)
    config = pulumi.Config(CONFIG)
    domain = _domain(environment, config.get("domain") or "", file)
    stored = _stored_credentials(config)
    state = _state(file)
    other = other_tenant(environment, file, domain, state)
    if other is not None:
        raise CatalogError([other])
    try:
        credentials = Credentials.find(domain, stored)
    except NoCredentials as error:
        problem = Problem(file, 0, TENANT, str(error), fix=error.fix, rule="ENV-11")
        raise CatalogError([problem]) from None
    return Settings(pulumi.get_stack(), credentials, state)


def _check_shell(file: str) -> None:
    """A shell that `make env` prepared holds one tenant's address and credentials."""
    prepared, stack = os.environ.get("TPA_ENVIRONMENT", ""), pulumi.get_stack()
    if prepared not in ("", stack):
        what = f"this shell is set up for {prepared}, and the stack is {stack}"
        why = f"the partners of {stack} would be written to the tenant of {prepared}"
        fix = f'run: eval "$(tpa env -e {stack})"'
        raise CatalogError([Problem(file, 0, TENANT, what, why, fix, rule="ENV-10")])


def _domain(environment: Environment, configured: str, file: str) -> str:
    """The domain of an embedded tenant is known only to the shell that `make env` prepared."""
    named = "" if environment.embedded else environment.tenant
    surrounding = os.environ.get("AUTH0_DOMAIN", "")
    candidates = {name for name in (named, configured, surrounding) if name}
    if len(candidates) == 1:
        return candidates.pop()
    if not candidates:
        what = "the embedded tenant's domain is not known in this shell"
        fix = f'run: eval "$(tpa env -e {pulumi.get_stack()})", or use tpa up'
    else:
        what = f"several tenants are named: {', '.join(sorted(candidates))}"
        fix = f"let {file}, the stack's auth0:domain and AUTH0_DOMAIN agree"
    raise CatalogError([Problem(file, 0, TENANT, what, fix=fix, rule="ENV-10")])


def _stored_credentials(config: pulumi.Config) -> dict[str, str]:
    """Credentials of the stack's config, for a shell that has none; secrets must be encrypted."""
    exposed = [
        key
        for key in SECRET_KEYS.values()
        if config.get(key) and not is_config_secret(f"{CONFIG}:{key}")
    ]
    if exposed:
        file = f"stacks/Pulumi.{pulumi.get_stack()}.yaml"
        why = "everyone who can read the repository could manage the tenant"
        raise CatalogError(
            Problem(
                file,
                0,
                (f"auth0:{key}",),
                "is there in clear text",
                why,
                f"rotate it, then: pulumi config set --secret auth0:{key}",
                rule="ENV-11",
            )
            for key in exposed
        )
    found = {name: config.get(key) or "" for name, key in SECRET_KEYS.items()}
    return {"client_id": config.get("clientId") or "", **found}


def _state(file: str) -> StackState:
    try:
        return answered_state(pulumi.get_stack())
    except UnreadableState as error:
        what = f"the state of this stack can't be read: {error}"
        fix = "see that no other update of it is running, then run again"
        raise CatalogError([Problem(file, 0, (), what, fix=fix, rule="ENV-08")]) from None
