"""The test suite, by behaviour; the judge is uv itself (see `twin`)."""
