"""`tpa adopt`: an existing tenant becomes files and a stack."""
