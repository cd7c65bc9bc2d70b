"""How questions are put. The first wording of each task is the one that samples and tests use; the rest vary
training.

`{place}` is a room or, of several rooms, a home; the benchmark itself says "this room" of both.
"""

TURN_STEP = "[please fill in]"
GO_STEP = "Go forward until the {x}"
CAMERA_NEAREST = ("camera_obj_rel_dist_v1", "camera_obj_rel_dist_v2", "camera_obj_rel_dist_v3")

WORDINGS = {
    "object_counting": [
        "How many {plural} are there in this {place}?",
        "Count the {plural} in the {place}.",
        "What is the number of {plural} in this {place}?",
        "How many {category}(s) are in this room?",
        "How many {plural} appear in the video?",
    ],
    "object_abs_distance": [
        "Measured between their closest points, how far apart are the {a} and the {b} (in meters)?",
        "What is the distance between the {a} and the {b} in meters, from the closest point of each?",
        "How many meters lie between the {a} and the {b}, measuring from the closest point of each object?",
        "Measuring from the closest point of each object, what is the distance between the {a} and "
        "the {b} (in meters)?",
    ],
    "object_size_estimation": [
        "How long is the longest dimension (length, width or height) of the {a}, in centimeters?",
        "What does the longest side of the {a} measure in centimeters?",
        "What is the length of the longest dimension of the {a}, measured in centimeters?",
    ],
    "room_size_estimation": [
        "What is the floor area of this {place} (in square meters)?",
        "How large is this {place} in square meters?",
        "What is the size of this room (in square meters)?",
        "What is the size of this room (in square meters)? If the video shows multiple rooms, "
        "estimate the combined space.",
    ],
    "object_rel_distance": [
        "Measured between closest points, which of these objects is nearest to the {a}: {b}, {c}, {d}"
        " or {e}?",
        "Which of these objects ({b}, {c}, {d}, {e}) is the closest to the {a}, measuring from the "
        "closest point of each object?",
        "Which one is the closest to the {a}: the {b}, the {c}, the {d} or the {e}?",
    ],
    "object_rel_direction_easy": [
        "Standing at the {a} and facing the {b}, do I have the {c} on my left or on my right?",
        "If I am standing by the {a} and facing the {b}, is the {c} to the left or the right?",
        "I stand by the {a} and look at the {b}. Is the {c} to my left or right?",
    ],
    "object_rel_direction_medium": [
        "Standing at the {a} and facing the {b}, is the {c} to my left, to my right or behind me (a "
        "turn of at least 135 degrees)?",
        "If I am standing by the {a} and facing the {b}, is the {c} to my left, right, or back? "
        "Back means that I would have to turn at least 135 degrees to face it.",
        "I stand by the {a} and look at the {b}. Is the {c} left, right, or back (at least 135 degrees)?",
    ],
    "object_rel_direction_hard": [
        "Standing at the {a} and facing the {b}, in which quadrant is the {c}: front-left, "
        "front-right, back-left or back-right?",
        "If I am standing by the {a} and facing the {b}, is the {c} to my front-left, front-right, "
        "back-left, or back-right?",
        "I stand by the {a} and look at the {b}. Is the {c} front-left, front-right, back-left or "
        "back-right of me?",
    ],
    "route_planning": [
        "You are a robot beginning at the {a} facing the {b}. You want to navigate to the {c}. You "
        "will perform the following actions "
        "(Note: for each [please fill in], choose either 'turn back', 'turn left' or 'turn right'): "
        "{steps}. You have reached the final destination.",
        "A robot starts at the {a}, facing the {b}, and is to reach the {c}. Which turns are missing "
        "('turn back', 'turn left' or 'turn right')? {steps}.",
        "I stand at the {a} and face the {b}. How do I get to the {c}? Fill in the turns: {steps}.",
    ],
    "obj_appearance_order": [
        "In which order do these categories first appear in the video: {a}, {b}, {c}, {d}?",
        "What is the order of first appearance in the video of {a}, {b}, {c}, {d}?",
        "What will be the first-time appearance order of the following categories in the video: {a}, "
        "{b}, {c}, {d}?",
    ],
    "camera_displacement": [
        "How far (in meters) is the camera at {s} seconds from where it was at {r} seconds?",
        "Approximately how far (in meters) did the camera move between {r} seconds and {s} seconds, "
        "in a straight line?",
        "What is the distance in meters between the camera's positions at {r} seconds and at {s} seconds?",
    ],
    "camera_movement_direction": [
        "Between {r} seconds and {s} seconds, in which direction did the camera move, relative to "
        "where it looked at the start: {a}?",
        "During the sequence from {r} seconds to {s} seconds, what was the primary direction of the "
        "camera's movement "
        "relative to its orientation at the start? The options are {a}.",
        "Which way has the camera moved at {s} seconds, as seen from its view at {r} seconds?",
    ],
    "camera_obj_abs_dist": [
        "How far is the camera from the nearest point of the {a} at {s} seconds (in meters)?",
        "What is the approximate distance (in meters) between the camera (or the person filming) and "
        "the nearest point of the {a} at {s} seconds?",
        "At {s} seconds, how many meters lie between the camera and the closest point of the {a}?",
    ],
    "camera_obj_dist_change": [
        "By how many meters does the distance between the camera and the {a} change from {r} seconds "
        "to {s} seconds?",
        "How much (in meters) does the camera's distance from the nearest point of the {a} change "
        "between {r} seconds and {s} seconds?",
    ],
    **dict.fromkeys(
        CAMERA_NEAREST,
        [
            "At {s} seconds, which of these objects is the closest to the camera, measuring from the "
            "closest point of each object: {a}?",
            "Measuring from the closest point of each object, which of these objects ({a}) is the closest"
            " to the camera at {s} seconds?",
            "Which one is the nearest to the camera at {s} seconds: {a}?",
        ],
    ),
    "obj_obj_relative_pos_nf": [
        "At {s} seconds, is the {a} nearer to the camera or farther from it than the {b}?",
        "At {s} seconds, relative to the camera, is the {a} near or far compared to the {b}?",
    ],
    "obj_obj_relative_pos_ud": [
        "At {s} seconds, is the middle of the {a} higher up or lower down than that of the {b}?",
        "At {s} seconds, relative to the {b}, is the {a} up or down?",
    ],
    "obj_obj_relative_pos_lr": [
        "As the camera sees them at {s} seconds, is the {a} to the left or to the right of the {b}?",
        "At {s} seconds, relative to the {b}, is the {a} to the left or the right?",
    ],
}
