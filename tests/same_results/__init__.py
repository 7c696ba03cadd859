"""scripts/same_results: an older program and this one on the same drawn runs."""
