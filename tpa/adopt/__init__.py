"""`tpa adopt`: an existing tenant becomes files and a stack.

In reading order: candidates, definitions, checks, files, imports, command.
"""
