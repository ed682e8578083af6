"""The trusted parts that the compiler selects from."""
