"""`tpa`: everything around `pulumi up`."""
