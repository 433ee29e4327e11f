"""Benchmarks: what the hub costs beside a program written by hand for one job."""
