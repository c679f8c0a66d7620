"""Tests of what ships carry."""
