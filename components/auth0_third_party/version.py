"""The version of the package, the provider and the schema."""

VERSION = "0.1.0"
