"""Sentences as the tokens of MiniLM (WordPiece; Wu et al. 2016), with the marks of a conversation."""

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from services.insights.core.windows import MOST_TOKENS

LONGEST_SENTENCE = MOST_TOKENS - 2
"""Tokens of a sentence that are read; a longer one is judged by its beginning."""


class Tokens:
    """Makes tokens of sentences.

    Attributes:
        begin: The token that begins a window.
        end: The token that ends each sentence.
        mask: The token that stands for a hidden word.
    """

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        vocabulary = self._tokenizer.get_vocab()
        self.begin, self.end, self.mask = (vocabulary[mark] for mark in ("[CLS]", "[SEP]", "[MASK]"))

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """Of each sentence, the mark of its end included."""
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [[*one.ids[:LONGEST_SENTENCE], self.end] for one in encoded]
