"""`tpa plan` and `tpa apply`: what was approved is what is applied."""
