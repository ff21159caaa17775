"""The methods: one file each, ending in one constant ``METHOD``; found by the registry."""
