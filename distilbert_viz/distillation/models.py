"""Teacher and student as training sees them: the last hidden state, and logits only at the tokens that a loss reads."""

from dataclasses import dataclass

import torch
from transformers import BertForMaskedLM, DistilBertForMaskedLM


@dataclass
class Output:
    """`last_hidden_state` (batch, token, hidden); `logits` (kept, vocab), the kept tokens in row order."""

    last_hidden_state: torch.Tensor
    logits: torch.Tensor


class Teacher(BertForMaskedLM):
    """BERT whose vocabulary projection is computed only where `logits_to_keep` (batch, token) is True."""

    def forward(self, input_ids, attention_mask, logits_to_keep) -> Output:
        hidden = self.bert(input_ids, attention_mask).last_hidden_state
        return Output(hidden, self.cls(hidden[logits_to_keep]))


class Student(DistilBertForMaskedLM):
    """DistilBERT whose vocabulary projection is computed only where `logits_to_keep` (batch, token) is True."""

    def forward(self, input_ids, attention_mask, logits_to_keep) -> Output:
        hidden = self.distilbert(input_ids, attention_mask).last_hidden_state
        prediction = self.vocab_layer_norm(self.activation(self.vocab_transform(hidden[logits_to_keep])))
        return Output(hidden, self.vocab_projector(prediction))
