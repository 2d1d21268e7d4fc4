"""`tpa drift`: what was changed outside, and how it is accepted or restored.

In reading order: differences, selection, output; accept_grants, accept; restore_steps, restore;
command.
"""
