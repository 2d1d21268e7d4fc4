"""Gets a working `pulumi` (CLI, Python language host, auth0 plugin) for a project.

`python -m pulumi_toolchain` decides and installs; `pulumi_toolchain.choice.Choice` says what was
chosen. Everything is written to the folder `.toolchain` at the project's root, which git should
ignore.
"""
