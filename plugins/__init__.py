"""Native Pulumi providers of the project."""
