"""`tpa drift`: what was changed outside, and how it is accepted or restored.

In reading order: restore_steps, selection, authors, output; accept_grants, accept; restore_plan,
restore; command.
"""
