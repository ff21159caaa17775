"""Files that ship with Thaw: fonts, themes, sample data and their licences."""
