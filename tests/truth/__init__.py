"""No answer is ever false: a warm process and a cold uv are asked the same, after any change from outside.

orchard     the wheels                      world       environments and all that surrounds them
changes/    what others do to them          questions   what is asked
host        the warm process's side         cold        uv, asked anew each time
compare     where two answers differ        known       the few differences that are meant
step, play  one change and its judgement    campaign    thousands of them, counted
during      changes in the midst of the engine's own
"""
