"""`tpa access`: who may call what, and which line decided it."""
