"""Gets a working `pulumi` (engine, Python language host, auth0 plugin) for this project.

`python -m pulumi_toolchain` decides and installs; `pulumi_toolchain.choice.Choice` tells others
what was decided. Everything lands in the ignored folder `.toolchain` at the project's root.
"""
