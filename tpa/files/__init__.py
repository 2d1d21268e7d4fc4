"""The project's files: their models, how they are read, checked and edited."""
