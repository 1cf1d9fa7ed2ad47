"""What the coach costs: `python -m tests.bench turns | start | reply | drills | all`. Measures, and judges nothing."""
