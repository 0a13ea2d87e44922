"""The wire contract of Jejak: what offices, office systems and stewards say to one another.

Pydantic only; imports nobody. A change here is a change of the protocol (`docs/protocol.md`).
"""
