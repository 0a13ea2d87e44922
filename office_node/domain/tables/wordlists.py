"""How the tables of words are read: words parted by blanks, one group a line."""


def words_of(text: str) -> frozenset[str]:
    """The words of a block."""
    return frozenset(text.split())


def groups_of(text: str) -> list[list[str]]:
    """The words of each line that has any; a name with many spellings may take several lines."""
    return [line.split() for line in text.splitlines() if line]
