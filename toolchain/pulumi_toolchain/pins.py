"""The versions that this package is tested with; changing one rebuilds what depends on it."""

from __future__ import annotations

# The engine's Go module that is built; engine/go.mod names the same number. Not 3.274.0 or 3.274.1,
# the next newer ones that the Go module proxy serves: where a plugin marks a map as secret and the
# program did not, they write it to the state in clear (`annotateSecrets` in
# pkg/v3/resource/plugin). An installed CLI of those versions is used all the same.
ENGINE = "3.260.0"
# The CLI that is downloaded from the vendor, and what an installed one must have at least: the
# newest version whose archives have digests that are known from elsewhere.
CLI = "3.253.0"
# The auth0 plugin: the version that `pulumi-auth0` of the same number asks for.
AUTH0_PLUGIN = "3.55.1"
# The Go compiler for machines without a suitable one is a package of the Python package index;
# engine/go.lock has its version and hashes.

# SHA-256 of the vendor's archives of `CLI`. An archive must have the digest that the vendor
# publishes beside it, and this one too where it is known: a list that can be replaced together with
# the archive proves little. Systems that are missing here have the vendor's list alone.
ARCHIVES = {
    "linux-x64": "33161e521280e6c77395a46344dba5ff9c118a90df254801e662087143b4d1ac",
    "linux-arm64": "7d7074d67a76139226c163b2365f14fbd45d8e2251362a2e10dc4602b3b577ea",
}
