"""The storm: a whole federation through weeks of faults, and a checker that believes none of its programs."""
