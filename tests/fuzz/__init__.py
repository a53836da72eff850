"""Strange input, by the thousand: whatever is asked, and whatever is found on disk, uvffi answers.

case, ground, arm   one input: its steps, where they are played, a journal that counts again
mutate, texts       what inputs are made of
requests, words, delta, records, metadata, names, journals   one target each; `targets` has them by name
inside              what of it runs in the warm worker process
player, judge       plays a case, and says what is a crash
shorten, campaign   the smallest case that still is one; many cases
known               crashes that are known, and wait for a mend
kept                cases that once were crashes, each played again by the tests
"""
