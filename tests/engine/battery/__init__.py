"""Every allowed task × method on a small random model of each family."""
