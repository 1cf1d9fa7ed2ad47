"""The safety room: the lines, the triage and the words."""
