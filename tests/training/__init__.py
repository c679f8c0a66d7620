"""Tests of the scripts that fit what the package carries."""
