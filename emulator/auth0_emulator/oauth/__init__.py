"""The tenant's authorization server behind the browser: codes, permissions, tokens and keys."""
