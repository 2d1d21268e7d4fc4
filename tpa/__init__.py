"""`tpa`: what a person does around `pulumi up`."""
