"""The C ABI, by those who have only the header: ctypes, a C program, and the parts that must agree with it."""
