"""Keys, signed HTTP messages (RFC 9421), signed statements (DSSE). No I/O: bytes in, bytes or errors out."""
