"""What the reader tells: the tasks, reasons, units, things and roles, in the order of the graph's outputs."""

from world.categories import CATEGORIES

NONE = "none"
TASKS = [
    NONE,
    "object_counting",
    "object_abs_distance",
    "object_size_estimation",
    "room_size_estimation",
    "object_rel_distance",
    "object_rel_direction_easy",
    "object_rel_direction_medium",
    "object_rel_direction_hard",
    "route_planning",
    "obj_appearance_order",
    "camera_displacement",
    "camera_movement_direction",
    "camera_obj_abs_dist",
    "camera_obj_dist_change",
    "camera_obj_rel_dist",
    "obj_obj_relative_pos_nf",
    "obj_obj_relative_pos_ud",
    "obj_obj_relative_pos_lr",
    "object_existence",
    "object_location",
    "object_first_seen",
    "object_last_seen",
    "inventory",
    "object_size_comparison",
    "object_counting_several",
]
# Why a question has no task. `no_such_task`: it is about the place, but asks for nothing that is measured
# here.
REASONS = ["no_question", "not_about_space", "no_such_task", "other_language", "incomplete"]

# Per unit its base, how much of the base it is, and how people write it.
UNITS: dict[str, tuple[str, float, list[str]]] = {
    "m": ("m", 1.0, ["meters", "metres", "m", "meter", "metre", "mtrs"]),
    "cm": ("m", 0.01, ["centimeters", "centimetres", "cm", "cms", "centimeter", "centimetre"]),
    "mm": ("m", 0.001, ["millimeters", "millimetres", "mm"]),
    "km": ("m", 1000.0, ["kilometers", "kilometres", "km"]),
    "ft": ("m", 0.3048, ["feet", "ft", "foot", "ft."]),
    "in": ("m", 0.0254, ["inches", "inch", "in."]),
    "yd": ("m", 0.9144, ["yards", "yd", "yds"]),
    "m2": (
        "m2",
        1.0,
        ["square meters", "square metres", "m2", "m²", "sqm", "sq m", "sq. meters", "m^2", "sq metres"],
    ),
    "ft2": (
        "m2",
        0.09290304,
        ["square feet", "sq ft", "sqft", "ft2", "ft²", "sq. ft.", "square foot", "sq feet"],
    ),
}
UNIT_LABELS = [NONE, *UNITS]

NOTHING, OTHER = "nothing", "other"
THINGS = [NOTHING, OTHER, *CATEGORIES]

THING_ROLES = ["target", "at", "facing", "goal", "step", "anchor", "candidate", "first", "second"]
WORD_ROLES = ["moment", "frames", "place", "blank"]  # of what is no thing
ROLES = [NONE, *THING_ROLES, *WORD_ROLES]

LENGTH = 256  # tokens of a question with its options, at most
