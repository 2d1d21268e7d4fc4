"""The command line as a whole: its verbs, their help, the reference page."""
