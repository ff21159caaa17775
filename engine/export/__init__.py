"""Taking a trained model away: ONE FILE PER KIND of what can be written; each works without Thaw."""
