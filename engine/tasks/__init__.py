"""Tasks, one file each: what a person wants a model to do with a text."""
