"""Side by side: uvffi, uv as a process, and uv-ffi, interleaved in one run (see README.md)."""
