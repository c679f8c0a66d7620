"""Tests of the AIS room."""
