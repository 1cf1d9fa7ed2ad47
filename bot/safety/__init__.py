"""Noticing risk in what somebody writes, and the way to people who can help (docs/domain.md section 9)."""
