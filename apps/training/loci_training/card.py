"""The model card: a bundle's README.md, its numbers taken from the manifest."""


def _unsupported(manifest: dict) -> str:
    """What the model does not claim to answer, as a sentence of its own; nothing where it claims every task."""
    tasks = [task for task in manifest["unsupported_tasks"] if task in manifest["scores"]["tasks"]]
    named = ", ".join(tasks)
    return (
        f"Not clearly better than blind (by three standard errors), so their answers say `supported: false`: {named}.\n\n"
        if tasks
        else ""
    )


def model_card(manifest: dict) -> str:
    """README.md of a bundle."""
    scores = manifest["scores"]
    rows = [
        f"| {task} | {row['score']:.1f} ± {row.get('standard_error', 0):.1f} | {row['blind']:.1f} | {row['score'] - row['blind']:+.1f} | {row['questions']} |"
        for task, row in scores["tasks"].items()
    ]
    average = scores["average"]
    sizes = manifest["sizes"]
    return f"""# {manifest["name"]} {manifest["version"]}

VLM² at nano size: 3.6 million parameters in three ONNX graphs (perceive, remember, answer), trained from scratch on CPUs. It
answers questions about a space from a dual memory of fixed size ({sizes["working"]} working, {sizes["episodic"]} episodic entries of
{sizes["tokens"]} tokens), and writes which objects it means, and where, before it answers.

**Domain.** {manifest["domain"]} Anything else (real video above all) is out of its domain: the answers will be wrong, and
`novelty` in perceive's output says so.

**Scores** on the {scores["split"]} seeds, {scores["walks"]} walks of 20 s to 6 minutes through the whole pipeline (mean relative accuracy or
accuracy, percent), beside the blind baseline, which knows the most frequent answers and sees nothing:

| task | score | blind | margin | questions |
|---|---|---|---|---|
{chr(10).join(rows)}
| **average over tasks** | **{average["score"]:.1f}** | {average["blind"]:.1f} | **{average["score"] - average["blind"]:+.1f}** | |

{_unsupported(manifest)}Walls are taken to stand at right angles: turns and positions are held by them. The average is over VSI-Bench's eight tasks. How it
was made: [docs/training.md](../../docs/training.md). License: Apache-2.0.
"""
