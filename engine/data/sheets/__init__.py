"""Sheets of workbooks as rows of text, with what stands in them that is no value."""
