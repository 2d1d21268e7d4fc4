"""Read-only checks of the tenant before the first write."""
