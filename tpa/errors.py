"""The error that ends a command with a message and without a traceback."""


class TpaError(Exception):
    """What is wrong and how to go on, for the user of the command. Exit status 2."""
