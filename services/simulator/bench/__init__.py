"""`make bench`: what the design promised to cost, measured side by side on one machine in one run."""
