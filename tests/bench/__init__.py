"""What the coach costs: `python -m tests.bench turns | start | reply | all`. Measures, and judges nothing."""
