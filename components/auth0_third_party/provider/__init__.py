"""The native provider: resources that own a few fields of a tenant's shared objects."""
