"""The `pulumi` command and the embedded tenant of one environment."""
