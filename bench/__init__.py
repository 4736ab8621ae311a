"""Figures: each program measures ratios in one run. `python -m bench.pictures`; see docs/performance.md."""
