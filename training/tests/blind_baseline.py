"""The service's blind baseline, run by Node: what questions give away to somebody who sees nothing."""

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterable

from model.localizer import ROOT, node
from questions.records import Record, make_questions
from questions.scoring import TASKS
from rendering.labels import token_labels
from world.scenes import make_scene
from world.walks import make_walk

PROGRAM = """
import { readFileSync } from 'node:fs';
const [path] = process.argv.slice(1);
const { BlindBaseline, scoreAnswer } = await import(path);
const { train, test } = JSON.parse(readFileSync(0, 'utf8'));
const baseline = new BlindBaseline(train);
const scores = test.map((known) => scoreAnswer(known.questionType, baseline.answer(known), known.truth));
console.log(JSON.stringify(scores));
"""


def blind_scores(train: list[Record], test: list[Record]) -> dict[str, float]:
    """Percent per question type of `test`, guessed from the truths of `train`."""
    questions = {
        name: [
            {
                "questionType": record.question_type,
                "question": record.question,
                "options": record.options,
                "truth": record.ground_truth,
            }
            for record in records
        ]
        for name, records in (("train", train), ("test", test))
    }
    scoring = ROOT / "libs/scoring/dist/index.js"
    done = subprocess.run(
        [node(), "--input-type=module", "-e", PROGRAM, str(scoring)],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    by_type = defaultdict(list)
    for record, score in zip(test, json.loads(done.stdout), strict=True):
        by_type[record.question_type].append(100 * score)
    return {question_type: sum(scores) / len(scores) for question_type, scores in by_type.items()}


def walk_questions(seed: int, seconds: float, tasks: Iterable[str] = TASKS) -> list[Record]:
    """The questions of one seed's scene and first walk."""
    scene = make_scene(seed)
    walk = make_walk(scene, 0, seconds)
    pixels = token_labels(scene, walk.poses)["pixels"]
    return make_questions(scene, walk, pixels, seed, varied=False, tasks=tasks)
