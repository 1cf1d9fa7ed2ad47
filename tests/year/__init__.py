"""R4: a simulated year of reminders over every zone, against an oracle that was written from the documents alone."""
