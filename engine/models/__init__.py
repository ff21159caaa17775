"""Pretrained models: found, loaded, read as a stack of layers, given a head, saved."""
