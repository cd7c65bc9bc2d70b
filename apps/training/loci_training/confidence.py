"""How sure an answer is: to the digit what the runtime says of it (libs/memory/src/confidence.ts; one file of cases tests both).

The probability of the answer's tokens is that of the answer *given* its trace, so a wrong trace gives a sure wrong answer. The
calibrated confidence asks the trace too: sigmoid(bias + answer · ℓa + trace · ℓt), with weights per task that `calibration` fits.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .vocabulary import ANSWER, EOS, SPECIAL, TASK_TOKENS, TOKENS

# ℓt is the mean log-probability of the trace's LEAST least sure tokens: one wrong place spoils an answer, however long the
# rest is. A mean over all tokens drowns it; a sum, and less so the minimum, tell long traces from short ones instead.
LEAST = 3
EDGE = 1e-6  # a fitted confidence is never 0 or 1
BINS = 10


class Sureness(NamedTuple):
    """What the decoder's log-probabilities say of an answer."""

    task: str | None  # that the decoder took the question for
    answer: float  # ℓa, the sum over the answer's tokens (of a number: the log of the score it can expect)
    trace: float  # ℓt, of what was written before <answer>; 0 where that is nothing


def sureness(words: Sequence[str], log_probabilities: Sequence[float]) -> Sureness | None:
    """Of a decoder's words and their log-probabilities, one a word (more may follow). None where there is no answer to be sure of."""
    words = words[: words.index(TOKENS[EOS])] if TOKENS[EOS] in words else words
    mark = words.index(TOKENS[ANSWER]) if TOKENS[ANSWER] in words else len(words)
    logs = np.asarray(log_probabilities, np.float32)[: len(words)].astype(np.float64)
    if (
        all(word in SPECIAL for word in words[mark + 1 :])
        or len(logs) < len(words)
        or not np.isfinite(logs).all()
    ):
        return None
    task = next((task for task, token in TASK_TOKENS.items() if token in words[:mark]), None)
    unsure = np.sort(logs[:mark])[:LEAST]
    return Sureness(task, float(logs[mark + 1 :].sum()), float(unsure.mean()) if len(unsure) else 0.0)


def sigmoid(value: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(−value)), which cannot overflow written like this."""
    return 0.5 + 0.5 * np.tanh(value / 2)


def confidence(sure: Sureness | None, calibration: dict) -> float:
    """0..1 by a manifest's calibration: by its task's weights where it has them, else exp(ℓa / temperature)."""
    if sure is None:
        return 0.0
    weights = calibration.get("tasks", {}).get(sure.task)
    if weights is None:
        return min(1.0, math.exp(sure.answer / calibration["temperature"]))
    value = weights["bias"] + weights["answer"] * sure.answer + weights["trace"] * sure.trace
    return float(np.clip(sigmoid(value), EDGE, 1 - EDGE))


def expected_calibration_error(said: np.ndarray, scores: np.ndarray) -> float:
    """Of confidences and scores [n] in 0..1: the mean of |confidence − score|, both taken as the means of their bin of ten."""
    places = np.minimum((said * BINS).astype(int), BINS - 1)
    return float(np.abs(np.bincount(places, said - scores)).sum() / len(said))
