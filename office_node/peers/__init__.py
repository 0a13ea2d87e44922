"""Outgoing HTTP to other offices and the directory; everything that can go wrong becomes a PeerError here."""
