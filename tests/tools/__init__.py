"""The tests of plain Python."""
