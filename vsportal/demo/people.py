"""Who works with the demo's children, beside those whose sign-ins are published: all invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PersonOf:
    """Somebody with an account: what they are, where, and in which home they live or work."""

    key: str
    """The part of the e-mail address before the @."""
    name: str
    role: str
    authority: str = ""
    school: str = ""
    team: str = ""
    home: str = ""
    child: str = ""
    title: str = ""


PEOPLE = (
    # Those whose sign-ins are published; their names stand in `SIGN_INS`.
    PersonOf("teacher", "Rhian Castell", "designated_teacher", school="lodewater"),
    PersonOf("teacher2", "Dominic Achterberg", "designated_teacher", school="sedgehill"),
    PersonOf("socialworker", "Marcus Adair", "social_worker", "fenland", team="north"),
    PersonOf("carer", "Tina Marlowe", "carer", "fenland", home="marlowe"),
    PersonOf("parentcarer", "Leanne Proudlock", "carer", "fenland", home="proudlock"),
    PersonOf("youngperson", "Amira Belhadj", "young_person", "fenland", child="amira"),
    PersonOf("child", "Toby Penhallow", "young_person", "fenland", child="toby"),
    PersonOf("adviser", "Priya Raman", "adviser", "fenland"),
    PersonOf("head", "Dr Femi Oyelade", "head", "fenland"),
    PersonOf("finance", "Gareth Munslow", "finance", "fenland"),
    PersonOf("manager", "Shabnam Iqbal", "team_manager", "fenland", team="north"),
    PersonOf("reviewer", "Colette Drummond", "independent_reviewer", "fenland"),
    PersonOf("governor", "Peter Ashdown-Rees", "governor", "fenland"),
    PersonOf("support", "Maggie Thurlow", "business_support", "fenland"),
    PersonOf("support", "Maggie Thurlow", "business_support", "holland"),
    PersonOf("admin", "Ivo Lindqvist", "administrator", "fenland"),
    # Social work
    PersonOf("helen.stroud", "Helen Stroud", "social_worker", "fenland", team="south"),
    PersonOf("kwame.boadi", "Kwame Boadi", "social_worker", "fenland", team="south"),
    PersonOf("rosa.lindley", "Rosa Lindley", "social_worker", "fenland", team="south"),
    PersonOf("liz.garside", "Liz Garside", "team_manager", "fenland", team="south"),
    PersonOf("yvonne.tasker", "Yvonne Tasker", "social_worker", "holland", team="coast"),
    PersonOf("ivan.thorne", "Ivan Thorne", "social_worker", "holland", team="coast"),
    PersonOf("neil.abbot", "Neil Abbot", "team_manager", "holland", team="coast"),
    PersonOf("ines.moreau", "Ines Moreau", "independent_reviewer", "holland"),
    # Virtual Schools
    PersonOf("owen.birch", "Owen Birch", "adviser", "fenland", title="Virtual School careers lead"),
    PersonOf("fiona.leckie", "Fiona Leckie", "adviser", "holland"),
    PersonOf("adrian.voss", "Adrian Voss", "head", "holland"),
    # Schools
    PersonOf("dena.frost", "Dena Frost", "school_staff", school="lodewater", title="head of Year 11"),
    PersonOf("samuel.quist", "Samuel Quist", "safeguarding_lead", school="lodewater"),
    PersonOf("pauline.everard", "Pauline Everard", "designated_teacher", school="eastbank"),
    PersonOf("martin.sowerby", "Martin Sowerby", "designated_teacher", school="holmfen"),
    PersonOf("adaeze.nwosu", "Adaeze Nwosu", "designated_teacher", school="wrayburn"),
    PersonOf("bernadette.foy", "Bernadette Foy", "designated_teacher", school="osyth"),
    PersonOf("craig.tolland", "Craig Tolland", "designated_teacher", school="ternvalley"),
    PersonOf("susan.marchbank", "Susan Marchbank", "designated_teacher", school="northgate"),
    PersonOf("ellis.vandermeer", "Ellis Vandermeer", "designated_teacher", school="marram"),
    PersonOf("judith.orchard", "Judith Orchard", "designated_teacher", school="kettlehill"),
    PersonOf("tom.hesketh", "Tom Hesketh", "designated_teacher", school="pinfold"),
    PersonOf("nora.dyce", "Nora Dyce", "school_staff", school="sedgehill", title="class teacher of Year 5"),
    PersonOf("imogen.sayer", "Imogen Sayer", "designated_teacher", school="saltmere"),
    PersonOf("gill.lacey", "Gill Lacey", "designated_teacher", school="willowholt"),
    PersonOf("hope.tandy", "Hope Tandy", "designated_teacher", school="duckmill"),
    PersonOf("bernard.oake", "Bernard Oake", "designated_teacher", school="stwend"),
    PersonOf("sunil.lowe", "Sunil Lowe", "designated_teacher", school="osierbank"),
    PersonOf("vera.mott", "Vera Mott", "designated_teacher", school="coldharbour"),
    PersonOf("kerry.shaw", "Kerry Shaw", "designated_teacher", school="fulmar"),
    PersonOf("denis.gale", "Denis Gale", "designated_teacher", school="skylark"),
    PersonOf("olive.holt", "Olive Holt", "designated_teacher", school="beaconhill"),
    PersonOf("ruby.hart", "Ruby Hart", "designated_teacher", school="reedley"),
    PersonOf("keith.denholm", "Keith Denholm", "designated_teacher", school="amberton"),
    PersonOf("lucia.villiers", "Lucia Villiers", "designated_teacher", school="stonecross"),
    PersonOf("saul.amory", "Saul Amory", "designated_teacher", school="lantern"),
    PersonOf("una.kerr", "Una Kerr", "designated_teacher", school="highlode"),
    # Homes
    PersonOf("paul.marlowe", "Paul Marlowe", "carer", "fenland", home="marlowe"),
    PersonOf("gemma.holt", "Gemma Holt", "carer", "fenland", home="beck", title="key worker at Beck House"),
    PersonOf("curtis.bell", "Curtis Bell", "carer", "fenland", home="beck", title="key worker at Beck House"),
    PersonOf("carol.standish", "Carol Standish", "carer", "fenland", home="standish"),
    PersonOf("gwen.ferris", "Gwen Ferris", "carer", "fenland", home="ferris"),
    PersonOf("ruth.obuya", "Ruth Obuya", "carer", "fenland", home="obuya"),
    PersonOf("sheila.hartley", "Sheila Hartley-Moss", "carer", "fenland", home="hartley"),
    PersonOf("anita.quill", "Anita Quill", "carer", "fenland", home="quill"),
    PersonOf("ros.lambourne", "Ros Lambourne", "carer", "fenland", home="lamb"),
    PersonOf("maureen.barrow", "Maureen Barrow", "carer", "fenland", home="barrow"),
    PersonOf("nasreen.sarwar", "Nasreen Sarwar", "carer", "fenland", home="sarwar"),
    PersonOf("jo.pike", "Jo Pike", "carer", "holland", home="pike"),
    PersonOf("hilary.dunmore", "Hilary Dunmore", "carer", "holland", home="dunmore"),
    PersonOf("teresa.vaz", "Teresa Vaz", "carer", "holland", home="vaz"),
    PersonOf("wes.alder", "Wes Alder", "carer", "holland", home="gulls", title="key worker at Gull Cottage"),
    PersonOf("dawn.ilett", "Dawn Ilett", "carer", "fenland", home="beck", title="manager of Beck House"),
    PersonOf("pat.tolliver", "Pat Tolliver", "carer", "fenland", home="tolliver"),
    PersonOf("roy.tolliver", "Roy Tolliver", "carer", "fenland", home="tolliver"),
    PersonOf("comfort.adjei", "Comfort Adjei", "carer", "fenland", home="adjei"),
    PersonOf("sally.pennock", "Sally Pennock", "carer", "fenland", home="pennock"),
    PersonOf("lynne.sutterby", "Lynne Sutterby", "carer", "fenland", home="sutterby"),
    PersonOf("bev.woldingham", "Bev Woldingham", "carer", "fenland", home="wold"),
    PersonOf("moira.cawley", "Moira Cawley", "carer", "fenland", home="cawley"),
    PersonOf("jean.sibsey", "Jean Sibsey", "carer", "fenland", home="marsh"),
    PersonOf("kath.foldyard", "Kath Foldyard", "carer", "fenland", home="fold"),
    PersonOf("annie.creel", "Annie Creel", "carer", "holland", home="creel"),
    PersonOf("hayley.whitlock", "Hayley Whitlock", "carer", "holland", home="whitlock"),
    PersonOf("lorna.prowse", "Lorna Prowse", "carer", "holland", home="prowse"),
)
