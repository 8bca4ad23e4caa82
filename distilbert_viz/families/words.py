"""What a page says of two models, read off their architectures: no sentence here holds for a model that it was not read off."""

from collections.abc import Sequence

from distilbert_viz.records import Architecture, TracePair
from distilbert_viz.records.held import Held

LISTED = 4
ACTIVATIONS = {
    "GELU": "GELU: Hendrycks & Gimpel 2016 (arXiv 1606.08415)",
    "ReLU": "ReLU: Nair & Hinton 2010 (ICML)",
    "SiLU": "SiLU: Elfwing, Uchibe & Doya 2017 (arXiv 1702.03118)",
    "Mish": "Mish: Misra 2019 (arXiv 1908.08681)",
}


def kept(teacher: Architecture, student: Architecture) -> str:
    """What the student keeps of the teacher's sizes, and what it has otherwise."""
    sizes = {"width": "hidden", "number of heads": "heads", "feed-forward size": "intermediate", "vocabulary": "vocabulary"}
    same = [name for name, size in sizes.items() if getattr(teacher, size) == getattr(student, size)]
    other = [
        f"{name} {getattr(student, size):,} instead of {getattr(teacher, size):,}"
        for name, size in sizes.items()
        if name not in same
    ]
    if teacher.activation != student.activation:
        other.append(f"{student.activation} instead of {teacher.activation}")
    if teacher.tied != student.tied:
        other.append(f"projection onto the vocabulary {'tied to' if student.tied else 'apart from'} its word embeddings")
    first = f"The student keeps the teacher's {_listed(same)}" if same else "The student keeps none of the teacher's sizes"
    more = f"; different: {_listed(other)}" if other else ""
    return f"{first}, and {_depth(teacher.layers, student.layers)}{more}."


def _depth(teacher: int, student: int) -> str:
    if teacher == student:
        return f"all {teacher} layers"
    return "halves its depth" if teacher == 2 * student else f"has {student} layers where the teacher has {teacher}"


def beginning(pair: TracePair, fine_tuned: bool) -> str:
    """What is known of how the student's layers began."""
    if pair.began_as_copies:
        gaps = "; the gaps were left out" if pair.student.layers < pair.teacher.layers else ""
        began = f"ach layer of the student began as a copy of the teacher layer beside it{gaps}."
        return f"Before either model was fine-tuned, e{began}" if fine_tuned else f"E{began}"
    if pair.one_shape:
        return (
            "Whether the student's layers began as copies isn't known of this pair: each stands beside the teacher layer that the "
            "published rule would copy."
        )
    return "The student has other sizes, so that none of its layers began as a copy; each stands beside the teacher's at its depth."


def input_sum(teacher: Architecture, student: Architecture) -> str:
    """What each token starts as in both models."""
    ours, theirs = bool(teacher.segments), bool(student.segments)
    segment = " + segment" if ours and theirs else ", and in the teacher + segment" if ours else ", and in the student + segment"
    positions = {teacher.position_kind, student.position_kind}
    kind = f" ({positions.pop()})" if len(positions) == 1 else f" ({teacher.position_kind}; in the student {student.position_kind})"
    return f"Each token starts as a sum of vectors: word + position{kind}{segment if ours or theirs else ''}; then LayerNorm."


def activation_sources(teacher: Architecture, student: Architecture) -> str:
    """Where the two models' activations come from, each once; nothing of those without a paper here."""
    kinds = dict.fromkeys(model.activation.split()[0] for model in (teacher, student))
    return "; ".join(ACTIVATIONS[kind] for kind in kinds if kind in ACTIVATIONS)


def segments(teacher: Architecture, student: Architecture) -> str:
    """What each model knows of two sentences beside their separator and positions."""
    said = [f"the {voice} {_segments(one)}" for voice, one in (("teacher", teacher), ("student", student)) if one.segments < 2]
    if not said:
        return "Both models have a segment embedding, which tells the sentences apart."
    left = "what it knows" if len(said) == 1 else "what they know"
    sentence = f"{_listed(said)}: {left} of two sentences comes from separators and positions alone."
    return sentence[0].upper() + sentence[1:]


def _segments(model: Architecture) -> str:
    return "has one segment (the same vector for both)" if model.segments else "has no segment table"


def projection(model: Architecture) -> str:
    """Whether the student's projection onto the vocabulary and its word embeddings are one tensor."""
    if model.tied:
        return "The student's word embeddings and its projection onto the vocabulary are one tensor, counted once."
    return "The student's projection onto the vocabulary is a tensor of its own, part of the masked-LM head."


def held(voice: str, found: Held) -> str:
    """How a model agrees with the files that it was read from, and what of them it has no use for."""
    said = [f"Held against its files, the {voice} holds all of its numbers: {found.used} tensors, equal one by one."]
    if found.unused:
        belong = "belongs to another head and is" if len(found.unused) == 1 else "belong to other heads and are"
        said.append(f"{len(found.unused)} more {belong} not used here ({_few(found.unused)}).")
    if found.unread:
        said.append(f"Its config.json also says {_few(found.unread)}, which nothing here reads.")
    if found.framed:
        said.append("Its tokenizer puts nothing around a text; the special tokens of its family are put there here.")
    return " ".join(said)


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")


def _listed(words: Sequence[str]) -> str:
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last
