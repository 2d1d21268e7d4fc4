"""A stand-in for the `auth0` resource plugin, for tenants on this machine only.

It does for the resources of this project what the vendor's plugin does: the same calls with the
same bodies, the same state entries, the same retries and errors, so that either plugin sees no
change on a stack that the other wrote. It is for machines that can reach package registries but
not the vendor's download; real tenants are managed with the official plugin, and `Configure`
refuses every domain that is not loopback.
"""
