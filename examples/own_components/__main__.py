"""A program that has a package `components` of its own, built on the library's."""

import pulumi

from components import Partner

portal = Partner("portal", "Acme Portal", "https://portal.acme.example/callback")
pulumi.export("client_id", portal.client_id)
