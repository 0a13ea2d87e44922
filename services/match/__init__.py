"""`jejak match`: who of one list is in another, or twice in the same. No node, no network, nothing kept."""
