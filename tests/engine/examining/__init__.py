"""Tests of what finished runs are asked."""
