"""The project's files in `stacks/`: their models, how they are read, checked and edited."""
