"""Tests of the sums against caps."""
