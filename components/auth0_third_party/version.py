"""The name and version of the package, as Pulumi and pip know it."""

PACKAGE = "auth0-third-party"
VERSION = "0.1.0"
