"""Questions about the camera: their truths follow from the walk's poses and the scene, and their moments can
be remembered."""

import math
import re
from collections import Counter

import numpy as np
import pytest
from blind_baseline import blind_scores, walk_questions

from model.trace import FILMING, write_target
from model.vocabulary import TOKENS, decode_text, task_of
from questions.records import make_questions
from questions.scoring import CHOICE_TASKS, TASKS, VSTI_TASKS, score
from questions.visibility import SEEN
from rendering.labels import token_labels
from world.categories import CATEGORIES
from world.scenes import make_scene
from world.splits import TEST, TRAIN
from world.walks import make_walk, points_to_world


class Filmed:
    """A walk, what it showed, and the questions about its camera."""

    def __init__(self, seed, seconds):
        self.scene = make_scene(seed)
        self.walk = make_walk(self.scene, 0, seconds)
        self.visible = token_labels(self.scene, self.walk.poses)["pixels"]
        self.records = make_questions(self.scene, self.walk, self.visible, 0, per_task=3, tasks=VSTI_TASKS)

    def of(self, *tasks):
        return [r for r in self.records if any(r.question_type.startswith(task) for task in tasks)]

    def index(self, word):
        members = [i for i, o in enumerate(self.scene.objects) if CATEGORIES[o.category] == word]
        assert len(members) == 1, f"{word} is not unique"
        return members[0]

    def pose(self, second):
        return self.walk.poses[2 * second]

    def away(self, word, second):
        """Metres from the camera to an object's nearest point, by many points of its box."""
        thing, (x, z, _) = self.scene.objects[self.index(word)], self.pose(second)
        along = np.linspace(-0.5, 0.5, 41)
        u, y, v = (
            axis.ravel() for axis in np.meshgrid(*(along * side for side in thing.size), indexing="ij")
        )
        s, c = math.sin(thing.yaw), math.cos(thing.yaw)
        points = np.stack(
            [
                thing.center[0] + c * u + s * v - x,
                thing.center[1] + y + 1.5,
                thing.center[2] - s * u + c * v - z,
            ]
        )
        return np.sqrt((points**2).sum(0)).min()

    def seen_from(self, word, second):
        """An object's middle as (right, ahead) of the camera."""
        center = self.scene.objects[self.index(word)].center
        return points_to_world([center[0], center[2]], self.pose(second))


@pytest.fixture(scope="module")
def films():
    return [Filmed(seed, 18 if seed % 2 else 60) for seed in range(40)]


def chosen(record):
    return next(option[3:] for option in record.options if option[0] == record.ground_truth)


def walk_duration(record):
    return [int(text) for text in re.findall(r"(\d+) seconds", record.question)]


def things_of(record):
    return [word for word in re.findall(r"[a-z]+", record.question) if word in CATEGORIES[3:]]


def test_every_family_is_asked_about_and_none_of_them_unless_it_is_wanted(films):
    assert {r.question_type for film in films for r in film.records} == set(VSTI_TASKS)
    film = films[0]
    assert {r.question_type for r in make_questions(film.scene, film.walk, film.visible, 0)} <= set(TASKS)


def test_displacements_are_straight_lines_between_the_cameras_places(films):
    for film in films:
        for r in film.of("camera_displacement"):
            first, second = (film.pose(t)[:2] for t in walk_duration(r))
            assert float(r.ground_truth) == pytest.approx(np.hypot(*(second - first)), abs=0.006)


def test_movements_are_told_from_where_the_camera_looked(films):
    answers = Counter()
    for film in films:
        for r in film.of("camera_movement_direction"):
            start, end = sorted(walk_duration(r))
            right, ahead = points_to_world(film.pose(end)[:2], film.pose(start))
            angle = math.degrees(math.atan2(right, ahead))
            side = "Right" if right > 0 else "Left"
            assert chosen(r) == ("Forward" if abs(angle) < 45 else "Backward" if abs(angle) > 135 else side)
            assert min(abs(abs(angle) - edge) for edge in (45, 135)) >= 10 and math.hypot(right, ahead) >= 0.5
            answers[chosen(r)] += 1
    assert max(answers.values()) < 0.4 * sum(answers.values())


def test_distances_from_the_camera_are_those_to_the_nearest_point(films):
    for film in films:
        for r in film.of("camera_obj_abs_dist"):
            assert float(r.ground_truth) == pytest.approx(
                film.away(things_of(r)[0], *walk_duration(r)), abs=0.03
            )
        for r in film.of("camera_obj_dist_change"):
            before, after = (film.away(things_of(r)[0], t) for t in walk_duration(r))
            assert float(r.ground_truth) == pytest.approx(abs(after - before), abs=0.05)


def test_the_nearest_of_four_three_or_two_is_clearly_the_nearest(films):
    for film in films:
        for r in film.of("camera_obj_rel_dist"):
            away = sorted((film.away(option[3:], *walk_duration(r)), option[3:]) for option in r.options)
            assert away[0][1] == chosen(r) and away[1][0] - away[0][0] >= 0.25
            assert len(away) == {"1": 4, "2": 3, "3": 2}[r.question_type[-1]]
            assert things_of(r) == [option[3:] for option in r.options]


def test_of_two_things_the_view_tells_which_is_nearer_higher_or_further_left(films):
    for film in films:
        for r in film.of("obj_obj_relative_pos"):
            second, (a, b) = (
                walk_duration(r)[0],
                things_of(r)[:: -1 if f"relative to the {things_of(r)[0]}" in r.question else 1],
            )
            (a_right, a_ahead), (b_right, b_ahead) = film.seen_from(a, second), film.seen_from(b, second)
            above = film.scene.objects[film.index(a)].center[1] < film.scene.objects[film.index(b)].center[1]
            expected = {
                "nf": "Near" if a_ahead < b_ahead else "Far",
                "ud": "Up" if above else "Down",
                "lr": "Left" if a_right < b_right else "Right",
            }
            assert chosen(r) == expected[r.question_type[-2:]]


def test_what_is_asked_about_a_view_was_in_it(films):
    for film in films:
        for r in film.of("obj_obj", "camera_obj_abs_dist", "camera_obj_rel_dist"):
            assert all(
                film.visible[2 * walk_duration(r)[0], film.index(word)] >= SEEN for word in things_of(r)
            )


def test_moments_lie_in_the_video_and_of_a_long_one_are_recent_or_round(films):
    for film in films:
        end = film.walk.times[-1]
        for r in film.records:
            for second in walk_duration(r):
                assert 0 <= second <= end
                assert end < 20 or second % 4 == 0 or second > end - 4


def test_the_trace_places_the_camera_at_its_moment_in_any_world(films):
    turn, shift = 0.7, (0.4, -0.6)
    for film in films:
        for r in film.records:
            out = write_target(r, turn, shift)
            assert len({len(out.ids), len(out.objects), len(out.grounded), len(out.moments)}) == 1
            lines = [line for line in r.trace if line["category"] == "camera"]
            starts = [i for i, token in enumerate(out.ids) if TOKENS[token] == "camera"]
            for line, index in zip(lines, starts, strict=True):
                second = int(line["moment"])
                x, z = points_to_world(film.pose(second)[:2], film.walk.poses[0])
                x, z = (
                    math.cos(turn) * x + math.sin(turn) * z + shift[0],
                    math.cos(turn) * z - math.sin(turn) * x + shift[1],
                )
                name, moment, *place = decode_text(out.ids[index : index + 4]).split()
                assert (name, moment) == ("camera", f"t{second}")
                assert [float(word[1:]) for word in place] == pytest.approx([x, z], abs=0.11)
                assert set(out.objects[index : index + 4]) == {FILMING} and set(
                    out.moments[index : index + 4]
                ) == {second}
                assert out.grounded[index : index + 4] == [False, False, True, True]


def test_what_the_trace_concludes_is_the_answer_in_its_own_world(films):
    for film in films:
        for r in film.records:
            words = decode_text(write_target(r, 2.0, (0.1, 0.2)).ids).split()
            if task_of(r.question_type) in (
                "camera_movement_direction",
                "obj_obj_relative_pos_nf",
                "obj_obj_relative_pos_ud",
                "obj_obj_relative_pos_lr",
            ):
                assert words[words.index("<answer>") - 1] == chosen(r).lower()
            elif r.question_type == "camera_obj_dist_change":
                first, second = (float(word[1:]) for word in words if re.fullmatch(r"d[\d.]+", word))
                assert abs(first - second) == pytest.approx(float(r.ground_truth), abs=0.11)


def test_a_blind_guess_at_a_choice_is_little_better_than_chance():
    train = [r for seed in TRAIN[3000:3150] for r in walk_questions(seed, 24, tasks=VSTI_TASKS)]
    test = [r for seed in TEST[3000:3080] for r in walk_questions(seed, 24, tasks=VSTI_TASKS)]
    scores = blind_scores(train, test)
    chance = {
        "camera_movement_direction": 25,
        "camera_obj_rel_dist_v1": 25,
        "camera_obj_rel_dist_v2": 33,
        "camera_obj_rel_dist_v3": 50,
        "obj_obj_relative_pos_nf": 50,
        "obj_obj_relative_pos_lr": 50,
    }
    for task, share in chance.items():
        assert scores[task] <= share + 20, task


def test_choices_are_scored_by_their_letter_and_numbers_by_their_error():
    assert score("camera_movement_direction", "b", "B") == 1 and score("camera_displacement", "2.0", "2") == 1
    assert set(CHOICE_TASKS) & set(VSTI_TASKS) == {
        task for task in VSTI_TASKS if "rel" in task or "direction" in task
    }
