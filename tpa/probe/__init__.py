"""`tpa probe`: whether what was deployed behaves as it should, seen from outside."""
