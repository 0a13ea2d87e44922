"""How recognition is learned and measured: sets of invented people, the learner, the measures. No node needs it."""
