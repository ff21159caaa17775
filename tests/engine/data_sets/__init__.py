"""Tests of data sets of the hub."""
