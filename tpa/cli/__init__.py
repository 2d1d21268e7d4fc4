"""The command line as a whole: its commands, their help, the reference page."""
