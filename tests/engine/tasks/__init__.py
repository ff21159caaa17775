"""Tests of the engine's tasks."""
