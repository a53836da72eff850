"""What the scripts and the packaging backend share. Standard library only, Python 3.8 and later."""
