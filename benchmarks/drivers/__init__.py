"""The programs that are timed from inside; run by path, and nothing of this package is imported into them."""
