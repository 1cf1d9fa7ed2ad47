"""Reminders: rules of a person's days, when they are due, and whether silence is better."""
