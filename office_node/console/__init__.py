"""The officer's console: pages of the node for a browser, over the same use cases as the office API."""
