"""One file per check of a person's rows; each ends in a constant ``CHECK``."""
