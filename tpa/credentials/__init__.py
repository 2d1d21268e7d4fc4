"""One partner's credentials, for handing them over."""
