"""`tpa drift`: what was changed outside, and how it is accepted or restored.

In reading order: states, differences, selection, output; accept with grant_entries; restore with
restore_requests and restore_plan; command.
"""
