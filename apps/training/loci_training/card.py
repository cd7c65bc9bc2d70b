"""The model card: a bundle's README.md, its numbers taken from the manifest."""


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

VLM² at nano size: about 2 million parameters in three ONNX graphs (perceive, remember, answer), trained from scratch on CPU in
under two hours. It answers questions about a space from a dual memory of fixed size ({sizes["working"]} working, {sizes["episodic"]} episodic entries of
{sizes["tokens"]} tokens), and writes which objects it means, and where, before it answers.

**Domain.** {manifest["domain"]} Anything else (real video above all) is out of its domain: the answers will be wrong, and
`novelty` in perceive's output says so.

**Scores** on the {scores["split"]} seeds, {scores["walks"]} walks of 20–160 s through the whole pipeline (mean relative accuracy or accuracy, percent), beside the
blind baseline, which knows the most frequent answers and sees nothing:

| task | score | blind | margin | questions |
|---|---|---|---|---|
{chr(10).join(rows)}
| **average over tasks** | **{average["score"]:.1f}** | {average["blind"]:.1f} | **{average["score"] - average["blind"]:+.1f}** | |

Rooms are taken to be box-shaped: positions are held by the walls. The order of appearance is weak after long videos, counts of many
alike objects standing close together too. How it was made: [docs/training.md](../../docs/training.md). License: Apache-2.0.
"""
