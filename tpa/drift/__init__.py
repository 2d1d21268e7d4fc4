"""`tpa drift`: what was changed outside, and how it is accepted or restored."""
