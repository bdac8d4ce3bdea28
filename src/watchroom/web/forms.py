"""What a form of ours sends."""

from litestar.params import URLEncodedBody

Form = URLEncodedBody[dict[str, str]]
