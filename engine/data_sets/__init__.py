"""Data sets of the Hugging Face hub: found, fetched and put into a folder that is read like any other."""
