"""The vocabulary as a tokenizer.json in the Hugging Face format: lower case, runs of letters and digits,
whole words."""

from model.vocabulary import SPECIAL, TASK_TOKENS, TOKENS


def tokenizer_json() -> dict:
    """What tokenizer.json holds. Punctuation and white space only separate; `<…>` cannot be typed by a
    user."""
    written = [*SPECIAL, *TASK_TOKENS.values()]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": number,
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for number, token in enumerate(TOKENS[: len(written)])
        ],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {
            "type": "Split",
            "pattern": {"Regex": "[^a-z0-9]+"},
            "behavior": "Removed",
            "invert": False,
        },
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {token: number for number, token in enumerate(TOKENS)},
            "unk_token": "<unk>",
        },
    }
