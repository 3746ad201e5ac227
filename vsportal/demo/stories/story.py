"""What the demo knows of a child: facts of the record, and phrases in the voices of those around."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Story:
    """One child. Phrases without a full stop fit into a sentence, those with one stand alone."""

    key: str
    first: str
    last: str
    born: tuple[int, int]
    """Day and month; the year follows from the year group."""
    year: int
    sex: str
    pronouns: str
    authority: str
    school: str
    worker: str
    adviser: str
    home: str
    placement: str
    legal: str
    in_care: int
    """Years in care."""
    homes: int = 1
    """Homes so far, the present one counted."""
    joined: int = 0
    """Months on this school's roll, when not since Year 7."""
    ethnicity: str = "WBRI"
    language: str = "ENG"
    religion: str = "NONE"
    uasc: bool = False
    in_area: bool = True
    sen: str = "N"
    need: str = ""
    moved_from: str = ""
    """The home, when the child came from it to the present one during this term."""
    secret: bool = False
    """Whether the address is known to few."""

    likes: str
    """Fits “I like …”."""
    tries: str
    """Fits “I would like to try …”."""
    best: str
    hardest: str
    friend: str
    goes_to: str
    """Whom the child would go to."""
    dream: str
    """Fits “I would like to …”."""
    good: str
    """The child, this term: what is going well."""
    hard: str
    wish: str
    before: str
    """The child, last term: what is going well."""
    private: str
    """The child, to be read by few."""
    home_good: str
    """The carer."""
    home_hard: str
    home_does: str
    home_helps: str
    strength: str
    """The teacher; fits “{child} is …”."""
    works: str
    need_met: str
    achieved: str
    achieved_before: str
    provision: str
    family: str
    """The social worker."""
    health: str = "None."
    letter: str
    """The social worker, to the child."""
    attendance: tuple[float, float] = (97.0, 97.0)
    """Per cent last term and this."""

    @property
    def they(self) -> str:
        """she, he or they."""
        return self.pronouns.partition("/")[0]

    @property
    def them(self) -> str:
        """her, him or them."""
        return self.pronouns.partition("/")[2]

    @property
    def their(self) -> str:
        """her, his or their."""
        return {"she": "her", "he": "his"}.get(self.they, "their")

    @property
    def is_primary(self) -> bool:
        """Whether the child is in primary school."""
        return self.year <= 6
