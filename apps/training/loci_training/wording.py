"""How questions are put. The first wording of each task is the one that samples and tests use; the rest vary training."""

WORDINGS = {
    "object_counting": [
        "How many {plural} are there in this room?",
        "Count the {plural} in the room.",
        "What is the number of {plural} in this room?",
        "How many {category}(s) are in this room?",
    ],
    "object_abs_distance": [
        "Measured between their closest points, how far apart are the {a} and the {b} (in meters)?",
        "What is the distance between the {a} and the {b} in meters, from the closest point of each?",
        "How many meters lie between the {a} and the {b}, measuring from the closest point of each object?",
        "Measuring from the closest point of each object, what is the distance between the {a} and the {b} (in meters)?",
    ],
    "object_size_estimation": [
        "How long is the longest dimension (length, width or height) of the {a}, in centimeters?",
        "What does the longest side of the {a} measure in centimeters?",
        "What is the length of the longest dimension of the {a}, measured in centimeters?",
    ],
    "room_size_estimation": [
        "What is the floor area of this room (in square meters)?",
        "How large is this room in square meters?",
        "What is the size of this room (in square meters)?",
    ],
    "object_rel_distance": [
        "Measured between closest points, which of these objects is nearest to the {a}: {b}, {c}, {d} or {e}?",
        "Which of these objects ({b}, {c}, {d}, {e}) is the closest to the {a}, measuring from the closest point of each object?",
        "Which one is the closest to the {a}: the {b}, the {c}, the {d} or the {e}?",
    ],
    "object_rel_direction_easy": [
        "Standing at the {a} and facing the {b}, do I have the {c} on my left or on my right?",
        "If I am standing by the {a} and facing the {b}, is the {c} to the left or the right?",
        "I stand by the {a} and look at the {b}. Is the {c} to my left or right?",
    ],
    "object_rel_direction_medium": [
        "Standing at the {a} and facing the {b}, is the {c} to my left, to my right or behind me (a turn of at least 135 degrees)?",
        "If I am standing by the {a} and facing the {b}, is the {c} to my left, right, or back? "
        "Back means that I would have to turn at least 135 degrees to face it.",
        "I stand by the {a} and look at the {b}. Is the {c} left, right, or back (at least 135 degrees)?",
    ],
    "object_rel_direction_hard": [
        "Standing at the {a} and facing the {b}, in which quadrant is the {c}: front-left, front-right, back-left or back-right?",
        "If I am standing by the {a} and facing the {b}, is the {c} to my front-left, front-right, back-left, or back-right?",
        "I stand by the {a} and look at the {b}. Is the {c} front-left, front-right, back-left or back-right of me?",
    ],
    "obj_appearance_order": [
        "In which order do these categories first appear in the video: {a}, {b}, {c}, {d}?",
        "What is the order of first appearance in the video of {a}, {b}, {c}, {d}?",
        "What will be the first-time appearance order of the following categories in the video: {a}, {b}, {c}, {d}?",
    ],
}  # fmt: skip
