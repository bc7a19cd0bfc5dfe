"""Turns open catalogues and learner records into Accrue's lines; `tools/convert` is the way in."""
