"""Which edition of the guideline counts on a day: the highest version in force, of those taken and the shipped one."""

from datetime import date

from office_node.guideline.pack import shipped_pack
from office_node.guideline.signed import read_signed
from office_node.node import Node
from office_node.store import guidelines
from office_node.store.transactions import Connection
from shared_schemas.guideline import Pack


def pack_in_force(connection: Connection, *, on: date) -> Pack:
    """The pack of that day; where none that was taken is in force, the one that comes with the program."""
    shipped = shipped_pack()
    for version, envelope in guidelines.envelopes(connection):
        if version <= shipped.version and shipped.in_force(on):
            break
        _statement, pack = read_signed(envelope)
        if pack.in_force(on):
            return pack
    return shipped


async def guideline_now(node: Node) -> Pack:
    """The pack in force now."""
    now = node.clock.now()
    return await node.run.read(lambda connection: pack_in_force(connection, on=now.date()))
