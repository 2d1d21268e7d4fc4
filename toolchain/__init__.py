"""Gets a working `pulumi` (engine, Python language host, auth0 plugin) for this project.

`python -m toolchain` decides and installs; `toolchain.choice.Choice` tells the rest of the project
what was decided. Everything lands in the ignored folder `.toolchain` at the project's root.
"""
