"""What an exported graph must hold to before anything is written."""


class ParityError(RuntimeError):
    """An exported graph does not do what PyTorch does, or is not of the code that describes it."""
