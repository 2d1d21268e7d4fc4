"""`tpa up`, `tpa down`, `tpa env`."""
