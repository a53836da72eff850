"""The judge: the same command by uv and by uvffi on twin environments must come to the same."""
