"""Right answers that a person can mend: one file for each form in which they are given."""
