"""The Berkeley Function-Calling Leaderboard's cases (package bfcl-eval), compiled and scored by the official rules."""
