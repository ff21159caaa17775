"""Running a run: from a checked configuration to a judged model, with everything said on the way."""
