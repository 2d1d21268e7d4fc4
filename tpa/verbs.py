"""The commands of the line. A message that names one is made pastable by this list too."""

from collections.abc import Mapping

VERBS: Mapping[str, tuple[str, str]] = {
    "up": ("tpa.up.command:up", "Applies an environment, then sums it up."),
    "down": ("tpa.up.command:down", "Destroys what an environment's stack created."),
    "env": ("tpa.up.command:env", "Prints export lines for plain pulumi."),
    "check": ("tpa.check.command:check", "Reports what Auth0 would refuse, or fail at later."),
    "explain": ("tpa.check.explain:explain", "Explains a rule that a finding names."),
    "access": ("tpa.access.command:access", "Shows what each application may call, and why."),
    "probe": ("tpa.probe.command:probe", "Shows whether what is deployed holds, from outside."),
    "try": ("tpa.try_sign_in.command:try_", "Signs a user in, shows what the application gets."),
    "users": ("tpa.try_sign_in.command:users", "Prints the users of an embedded tenant."),
    "handover": ("tpa.handover.command:handover", "Prints what a partner's developer needs."),
    "report": ("tpa.report.command:report", "Writes one HTML page of who may call what."),
    "drift": ("tpa.drift.command:drift", "Shows what was changed outside; accepts or restores it."),
    "adopt": ("tpa.adopt.command:adopt", "Imports a tenant's applications, writes their files."),
    "init": ("tpa.init.command:init", "Makes a project; later, shows what moved in it."),
    "new": ("tpa.new.command:new", "Adds a partner application, by questions or flags."),
    "migrate": ("tpa.files.command:migrate", "Moves what files of an older form say."),
    "schema": ("tpa.files.command:schema", "Writes JSON Schemas of the files, for editors."),
    "scopes": ("tpa.tenant.command:scopes", "Prints the Management API scopes that are needed."),
    "credentials": (
        "tpa.credentials.command:credentials",
        "Writes one partner's credentials into a new file.",
    ),
    "advance": (
        "tpa.environments.command:advance",
        "Shows what the next environment would change.",
    ),
    "environments": (
        "tpa.environments.command:environments",
        "Lists all environments in their order.",
    ),
    "plan": ("tpa.plan.command:plan", "Previews an environment; saves the plan."),
    "apply": ("tpa.plan.command:apply", "Applies a saved plan."),
    "twin": ("tpa.new.twin:twin", "Plans the strict twin of an application."),
}
"""Every command: module and function, and its line in `tpa --help`, which fits a terminal of 80
columns.
"""
