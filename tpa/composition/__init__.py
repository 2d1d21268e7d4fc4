"""The stack of one environment, composed from its files: what `pulumi up` runs."""
