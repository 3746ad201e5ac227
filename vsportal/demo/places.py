"""The demo's two authorities, their teams, the schools and the homes: all invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AuthorityOf:
    """An authority; `code` is outside the numbers in use, `near` a real one for lists that need it."""

    key: str
    name: str
    short_name: str
    code: str
    near: str
    duty_phone: str
    colour: str
    deadline_before_end: int
    """Working days before the end of term by which plans are with the Virtual School."""


AUTHORITIES = (
    AuthorityOf("fenland", "Fenland Virtual School", "Fenland", "998", "925", "01632 960142", "#1d4f5c", 7),
    AuthorityOf(
        "holland",
        "Holland Coast Virtual School",
        "Holland Coast",
        "997",
        "926",
        "01632 960177",
        "#5b2a55",
        10,
    ),
)

TEAMS = (
    ("north", "fenland", "Children in care, north"),
    ("south", "fenland", "Children in care, south"),
    ("coast", "holland", "Children in care"),
)
"""Key, authority, name."""


@dataclass(frozen=True)
class SchoolOf:
    """A school."""

    key: str
    name: str
    kind: str
    urn: str
    town: str
    phone: str
    near: str = "925"


SCHOOLS = (
    SchoolOf("lodewater", "Lodewater Academy", "secondary", "900101", "Lodewater", "01632 960210"),
    SchoolOf("saltmere", "Saltmere High School", "secondary", "900102", "Saltmere", "01632 960223"),
    SchoolOf("eastbank", "Eastbank School", "secondary", "900103", "Eastbank", "01632 960236"),
    SchoolOf("holmfen", "Holm Fen School", "secondary", "900104", "Holm Fen", "01632 960249"),
    SchoolOf("wrayburn", "Wrayburn Academy", "secondary", "900105", "Wrayburn", "01632 960251"),
    SchoolOf("osyth", "St Osyth’s Catholic School", "secondary", "900106", "Thornmoor", "01632 960264"),
    SchoolOf("ternvalley", "Tern Valley School", "secondary", "900107", "Ternbridge", "01632 960277"),
    SchoolOf(
        "northgate", "Northgate Community School", "secondary", "900108", "Gull Haven", "01632 960280", "926"
    ),
    SchoolOf("marram", "Marram School", "special", "900109", "Saltmere", "01632 960293"),
    SchoolOf("kettlehill", "Kettle Hill School", "secondary", "900110", "Kettle Hill", "01632 960308", "926"),
    SchoolOf("pinfold", "Pinfold School", "secondary", "900111", "Long Pinfold", "01632 960311", "926"),
    SchoolOf("sedgehill", "Sedge Hill Primary School", "primary", "900112", "Lodewater", "01632 960324"),
    SchoolOf("willowholt", "Willow Holt Primary School", "primary", "900113", "Saltmere", "01632 960337"),
    SchoolOf("duckmill", "Duckmill Lane Primary School", "primary", "900114", "Eastbank", "01632 960340"),
    SchoolOf(
        "stwend",
        "St Wendred’s Church of England Primary School",
        "primary",
        "900115",
        "Ternbridge",
        "01632 960343",
    ),
    SchoolOf("osierbank", "Osier Bank Primary School", "primary", "900116", "Wrayburn", "01632 960346"),
    SchoolOf("coldharbour", "Coldharbour Infant School", "primary", "900117", "Lodewater", "01632 960349"),
    SchoolOf(
        "fulmar", "Fulmar Community Primary School", "primary", "900118", "Gull Haven", "01632 960352", "926"
    ),
    SchoolOf(
        "skylark", "Skylark Primary Academy", "primary", "900119", "Long Pinfold", "01632 960355", "926"
    ),
    SchoolOf(
        "beaconhill", "Beacon Field Primary School", "primary", "900120", "Kettle Hill", "01632 960358", "926"
    ),
    SchoolOf(
        "reedley", "Reedley Park Primary School", "primary", "900121", "Amberton", "01632 960361", "873"
    ),
    SchoolOf("amberton", "Amberton College", "secondary", "900122", "Amberton", "01632 960364", "873"),
    SchoolOf("stonecross", "Stonecross Academy", "secondary", "900123", "Marden Quay", "01632 960367", "874"),
    SchoolOf("lantern", "Lantern House School", "special", "900124", "Gull Haven", "01632 960370", "926"),
    SchoolOf("highlode", "High Lode Hospital School", "special", "900125", "Lodewater", "01632 960373"),
)


@dataclass(frozen=True)
class HomeOf:
    """A household: its kind and how the portal calls it."""

    key: str
    authority: str
    kind: str
    name: str


HOMES = (
    HomeOf("marlowe", "fenland", "foster", "Tina and Paul Marlowe"),
    HomeOf("beck", "fenland", "residential", "Beck House"),
    HomeOf("standish", "fenland", "kinship", "Carol Standish"),
    HomeOf("proudlock", "fenland", "parent", "Leanne Proudlock"),
    HomeOf("ferris", "fenland", "foster", "Gwen Ferris"),
    HomeOf("obuya", "fenland", "foster", "Daniel and Ruth Obuya"),
    HomeOf("hartley", "fenland", "foster", "Sheila Hartley-Moss"),
    HomeOf("quill", "fenland", "foster", "Anita and Jeff Quill"),
    HomeOf("lamb", "fenland", "foster", "Ros Lambourne"),
    HomeOf("barrow", "fenland", "kinship", "Maureen and Ted Barrow"),
    HomeOf("sarwar", "fenland", "foster", "Nasreen Sarwar"),
    HomeOf("pike", "holland", "foster", "Jo and Stephen Pike"),
    HomeOf("dunmore", "holland", "foster", "Hilary Dunmore"),
    HomeOf("vaz", "holland", "foster", "Teresa Vaz"),
    HomeOf("gulls", "holland", "residential", "Gull Cottage"),
    HomeOf("tolliver", "fenland", "foster", "Pat and Roy Tolliver"),
    HomeOf("adjei", "fenland", "foster", "Comfort Adjei"),
    HomeOf("pennock", "fenland", "foster", "Sally Pennock"),
    HomeOf("sutterby", "fenland", "foster", "Lynne and Abdul Sutterby"),
    HomeOf("wold", "fenland", "foster", "Bev Woldingham"),
    HomeOf("cawley", "fenland", "foster", "Ray and Moira Cawley"),
    HomeOf("marsh", "fenland", "kinship", "Jean Sibsey"),
    HomeOf("fold", "fenland", "foster", "Kath Foldyard"),
    HomeOf("creel", "holland", "foster", "Annie Creel"),
    HomeOf("whitlock", "holland", "parent", "Hayley Whitlock"),
    HomeOf("prowse", "holland", "foster", "Mick and Lorna Prowse"),
)
