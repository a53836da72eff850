"""Settings: what flags, variables and files come to, field by field as uv's `--show-settings` prints them."""
