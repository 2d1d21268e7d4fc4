"""A stand-in for the `auth0` resource plugin, for tenants on this machine only.

For the resource types that it offers it does what the official plugin does: the same calls with
the same bodies, the same state entries, the same retries and errors, so that either plugin sees no
change on a stack that the other wrote. It is for machines that can reach package registries but
not the vendor's download. Real tenants are managed with the official plugin: `Configure` refuses
every domain that is not loopback.
"""
