"""Models of furniture with their true sizes, from the catalogues of Sweet Home 3D (Debian's package
sweethome3d-furniture: CC0 and CC BY), and which of them are of a category that eyes know."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CATALOGUES = Path("/usr/share/sweethome3d/furniture")
CATALOGUE = "PluginFurnitureCatalog.properties"

# the first that fits a model's name is its category; None is a thing of no category
KINDS: tuple[tuple[str | None, str], ...] = (
    (None, r"lamppost|street|park |parking|porch|outdoor|hot dog|dog house|doll"),
    (
        None,
        r"water heater|towel|piano bench|bidet",
    ),
    (None, r"table tennis|operating|changing|letter|mailbox|\btool|bath ?mat|toilet (brush|paper)|table fan"),
    ("pool table", r"pool table|football table|billiard"),
    ("stool", r"\bstool|ottoman|\bpuff\b|pouf"),
    ("lamp", r"\blamp|lamp\b|lantern|hanging light|chandelier|wall light|track lights"),
    ("washer", r"washing machine|clothes washing"),
    ("dishwasher", r"dishwasher"),
    ("coffee machine", r"coffee (machine|maker|brewer)|espresso machine"),
    ("kettle", r"kettle|teapot|coffee press"),
    ("cup", r"\bcups?\b(?! cake)|\bmug\b"),
    ("refrigerator", r"fridge|refrigerator|chest freezer"),
    ("microwave", r"microwave"),
    ("toaster", r"toaster"),
    ("stove", r"\bstove|cooker|\boven\b|cooktop"),
    ("sink", r"\bsink|washbasin|\bbasin|vanity|lavatory"),
    ("bathtub", r"\bbath(tub)?\b|jacuzzi"),
    ("toilet", r"^toilets?\b"),
    ("bed", r"\bbeds?\b|^crib|mattress|day bed"),
    ("sofa", r"\bsofa|couch|futon|convertible"),
    ("chair", r"\bchair|armchair|\bseat\b"),
    ("television", r"^tv( 16:9)?$|flat tv|television$"),
    ("cabinet", r"cabinet|dresser|bedside|drawers|cupboard|chest$|tv stand|sideboard|locker|nightstand"),
    ("wardrobe", r"wardrobe|closet"),
    ("desk", r"\bdesk|workbench"),
    ("table", r"\btables?\b"),
    ("shelf", r"bookcase|shel(f|ves)"),
    ("laptop", r"laptop|ibook"),
    ("monitor", r"imac|^screen$|monitor"),
    ("keyboard", r"^keyboard"),
    ("printer", r"printer"),
    ("radiator", r"radiator"),
    ("trash bin", r"dustbin|trash ?can|recycling bin|\bbin$"),
    ("box", r"cardboard box|^box"),
    ("crate", r"^crate"),
    ("backpack", r"backpack"),
    ("window", r"\bwindow(?! blind| shutter)"),
    ("door", r"\bdoors?\b"),
    ("curtain", r"curtain|window blind"),
    ("clock", r"\bclock"),
    ("vase", r"\bvase|pottery|old jar"),
    ("basket", r"basket\b(?!ball)"),
    ("piano", r"\bpiano"),
    ("fan", r"\bfan\b"),
    ("fireplace", r"fireplace|chimney"),
    ("loudspeaker", r"speaker|stereo"),
    ("bottle", r"\bbottle|flacon"),
    ("telephone", r"\bphone|wireless phone"),
    ("guitar", r"guitar"),
    ("bicycle", r"^bicycle|^bike$"),
    ("rug", r"carpet|\brug\b|tatami"),
    ("book", r"^books?$"),
    ("picture", r"^frame\b|artwork|painting"),
    (
        "plant",
        r"\bplants?$|ficus|bamboo|bonsai|yucca|palm|orchid|lily|flowers|tulips|cactus|spathi|bush|bansai",
    ),
)
SKIPPED = {"Exterior", "Vehicles", "Staircases"}


@dataclass(frozen=True)
class Model:
    """A model: its size is what it measures across, in height and in depth, in metres."""

    key: str
    name: str
    category: str | None
    archive: Path
    path: str
    size: tuple[float, float, float]
    rotation: tuple[float, ...] | None
    elevation: float


def category_of(name: str) -> str | None:
    """The category of a thing with this name; None where eyes have none for it."""
    return next((kind for kind, words in KINDS if re.search(words, name.lower())), None)


def models(catalogues: Path = CATALOGUES) -> Iterator[Model]:
    """All models that may stand in a room. Raises FileNotFoundError where there are none."""
    archives = sorted(catalogues.glob("*.sh3f"))
    if not archives:
        raise FileNotFoundError(f"no catalogue in {catalogues}: apt-get install sweethome3d-furniture")
    for archive in archives:
        with zipfile.ZipFile(archive) as opened:
            lines = opened.read(CATALOGUE).decode("latin-1").splitlines()
        told: dict[str, dict[str, str]] = {}
        for line in lines:
            if found := re.match(r"(\w+)#(\d+)=(.*)", line):
                told.setdefault(found[2], {})[found[1]] = found[3].strip()
        for number, of in told.items():
            if of.get("category") in SKIPPED and category_of(of["name"]) not in {
                "bicycle",
                "trash bin",
                "plant",
            }:
                continue
            rotation = tuple(map(float, of["modelRotation"].split())) if "modelRotation" in of else None
            yield Model(
                key=f"{archive.stem}-{number}",
                name=of["name"],
                category=category_of(of["name"]),
                archive=archive,
                path=of["model"].lstrip("/"),
                size=(float(of["width"]) / 100, float(of["height"]) / 100, float(of["depth"]) / 100),
                rotation=rotation,
                elevation=float(of.get("elevation", 0)) / 100,
            )
