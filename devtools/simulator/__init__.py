"""A marketplace to try the addon against: a small web application, a process of its own.

The rules are those of the marketplace's public documents; where they say nothing, the module that
had to choose says so.
"""
