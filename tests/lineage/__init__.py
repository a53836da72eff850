"""What the installers before this one promise, each promise as one test through `uvffi.run`."""
