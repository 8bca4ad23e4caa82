"""The three losses of distillation, each in the published form (Sanh et al. 2019, section 2; released script)."""

import torch
from torch import Tensor
from torch.nn import functional as F


def loss_ce(student_logits: Tensor, teacher_logits: Tensor, temperature: float, count: Tensor | None = None) -> Tensor:
    """T^2 KL(teacher || student) at temperature T, nats a token, mean over the rows of two (kept, vocab) tensors.

    T^2 keeps the gradient's scale as T changes (Hinton et al. 2015, section 2.1). Softmax in float32 always. `count`
    takes the place of the number of rows where these are only a part of a step's.
    """
    student = F.log_softmax(student_logits.float() / temperature, dim=-1)
    teacher = F.log_softmax(teacher_logits.float() / temperature, dim=-1)
    total = F.kl_div(student, teacher, reduction="sum", log_target=True)
    return total / (len(student_logits) if count is None else count) * temperature**2


def loss_mlm(logits: Tensor, labels: Tensor, count: Tensor | None = None) -> Tensor:
    """Cross-entropy with the true tokens, nats a token: logits (kept, vocab), labels (kept,), -100 is left out."""
    if count is None:
        return F.cross_entropy(logits.float(), labels)
    return F.cross_entropy(logits.float(), labels, reduction="sum") / count


def loss_cos(student_hidden: Tensor, teacher_hidden: Tensor, attention_mask: Tensor, count: Tensor | None = None) -> Tensor:
    """1 - cosine of the two last hidden states, mean over the tokens that are no padding; shapes (batch, token, hidden)."""
    kept = attention_mask.bool()
    student, teacher = student_hidden[kept].float(), teacher_hidden[kept].float()
    total = F.cosine_embedding_loss(student, teacher, torch.ones(len(student), device=student.device), reduction="sum")
    return total / (len(student) if count is None else count)
