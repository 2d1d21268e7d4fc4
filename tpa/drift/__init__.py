"""`tpa drift`: what was changed outside, and how it is accepted or restored.

In reading order: reading, differences, selection, output; accept with grant_entries; restore_steps,
restore_plan, restore; command.
"""
