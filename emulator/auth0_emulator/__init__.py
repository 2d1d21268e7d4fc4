"""A local, stateful Auth0 tenant: the Management API over HTTPS, for development and tests."""
