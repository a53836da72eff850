"""Real packages of uv's default index."""
