"""The native provider `auth0apps`: narrow writes on objects that a tenant shares with others."""

VERSION = "0.1.0"
