"""The programs that are timed from inside; each is one file, run by path, and imports nothing of this package."""
