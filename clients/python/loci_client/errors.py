"""What can go wrong with a call. Each message is one sentence."""


class ClientError(Exception):
    """A call failed."""


class RefusedError(ClientError):
    """The API refused a call: `status` of the response, and the stable `name` of the problem (RFC 9457)."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.name = name
