"""What the tests stand on: generated distributions, a loopback index, environments, and the judge's tools."""
