"""What the coach costs: `python -m tests.bench --help` names its parts. Measures, and judges nothing."""
