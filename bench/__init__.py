"""Measures the portal's pages, each beside its floor: what the same bytes cost with no portal behind them.
Run it by `make bench`; what the figures mean is in docs/performance.md.
"""
