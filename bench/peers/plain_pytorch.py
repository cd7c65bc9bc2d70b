"""A plain PyTorch script: ffmpeg writes all frames, then the net perceives, remembers and answers, step after
step."""

import subprocess

import torch
from rounds import answers, arguments, decoding, pictures, read_questions, serve

from export.bundle import load_model
from model.walkthrough import localize_walk, remember_chunks

options = arguments(__doc__ or "")
torch.set_num_threads(options.threads)
loci = load_model(options.checkpoint)
questions = read_questions(options.questions)


def walk_and_answer() -> list[str]:
    """One round."""
    decoded = subprocess.run(decoding(options), stdout=subprocess.PIPE, check=True)
    frames = pictures(decoded.stdout)[: options.frames]
    return answers(loci, remember_chunks(loci, localize_walk(loci, frames)), questions)


serve(walk_and_answer)
