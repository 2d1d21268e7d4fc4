"""One module per group of verbs; each verb is a plain function that typer turns into one."""
