"""The stacks of the project: one per environment, made from the files in this folder."""
