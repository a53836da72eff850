"""Archives and RECORDs that are not what they say, or that reach for what is not theirs: uvffi judges as uv does.

wheels, sdists  the archives, each made wrong in one way
records         RECORDs of installed distributions that name what is outside of their environment
ground          an environment in the middle of files that nobody may touch
"""
