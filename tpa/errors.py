"""The errors that end a command with one message and no traceback."""


class TpaError(Exception):
    """What is wrong and how to go on, for the person who runs the command. Exit status 2."""
