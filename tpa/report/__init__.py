"""`tpa report`: one HTML page about an environment.

One direction: command -> input -> content (rows, cards) -> changes, render -> page.
"""
