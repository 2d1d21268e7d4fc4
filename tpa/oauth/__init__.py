"""A tenant's OAuth side as a partner's application uses it: what it sends, and what comes back."""
