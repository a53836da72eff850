"""What the engine does beside answering as uv: residence, threads, faults, the Python side."""
