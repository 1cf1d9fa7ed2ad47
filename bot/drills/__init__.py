"""Drills: minutes that settle or wake somebody, and the animations that pace them."""
