"""`tpa try`: one sign-in, as a user of the partner's application would do it."""
