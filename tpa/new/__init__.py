"""`tpa new` and `tpa twin`: a partner application's first file."""
