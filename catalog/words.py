"""What people call things that have other names on the wire."""

TYPES = {
    "regular_web": "regular web app",
    "spa": "single-page app",
    "native": "native app",
    "non_interactive": "machine-to-machine",
    "agent": "agent",
}
"""Types of applications, and agents."""
