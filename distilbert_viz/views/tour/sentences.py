"""What is so at each stop of the tour on the present text: plain words, computed from the records that the panels show."""

import numpy as np
import streamlit as st

from distilbert_viz import comparison
from distilbert_viz.comparison.named import PREVIOUS
from distilbert_viz.drawing.labels import counted, visible
from distilbert_viz.figures.kept import lost as hand_over
from distilbert_viz.figures.savings import choosing
from distilbert_viz.figures.savings.sentences import between
from distilbert_viz.figures.savings.timings import leading, texts_of
from distilbert_viz.records import HandOver, Measurement, OneStep, Predictions, Trace, Verdict
from distilbert_viz.runs import home, recordings
from distilbert_viz.session import heads, present, told


def pieces() -> str:
    """Words and tokens, and the word that fell into most pieces."""
    encoding = present.traces().encoding
    words = comparison.whole_words(encoding)
    own = [i for i, start in enumerate(words.starts.tolist()) if not encoding.special[start]]
    counted = (
        f"Your text is {'one word or mark' if len(own) == 1 else f'{len(own)} words and marks'}, read as {len(encoding)} tokens"
    )
    longest = max(own, key=lambda i: int(words.lengths[i]), default=None)
    if longest is None or words.lengths[longest] == 1:
        return f"{counted}, the frame around it counted: each word and mark is one piece."
    return f"{counted}: “{visible(words.labels[longest])}” alone fell into {words.lengths[longest]} pieces."


def embedding_sum() -> str:
    """How alike the two input vectors are, and whether the student lacks a part."""
    pair = present.traces()
    at = present.position(pair.encoding)
    teacher, student = (trace.embeddings.sum[at] for trace in pair)
    alike = float(comparison.cosine(student, teacher))
    lacks = [voice for voice, trace in zip(("teacher", "student"), pair, strict=True) if trace.embeddings.token_type is None]
    missing = f"though the {lacks[0]}'s has no part for the sentence" if len(lacks) == 1 else "and both have the same parts"
    return f"At “{visible(pair.encoding.tokens[at])}” the two sums are alike to {alike:.2f} (cosine), {missing}."


def previous_token() -> str:
    """How much the chosen heads look at the token before, and which of the teacher's is called after it."""
    pair = present.traces()
    ours = [_looks_back(trace, *heads.chosen(voice)) for voice, trace in zip(("teacher", "student"), pair, strict=True)]
    looks = f"The head you see gives {_percent(ours[0])} to the token before, the student's beside it {_percent(ours[1])}"
    best = next((one for one in heads.named(pair) if one.name == PREVIOUS), None)
    if best is None:
        return f"{looks}; no head of the teacher does little else on this text."
    return f"{looks}; the clearest on this text is the teacher's layer {best.layer}, head {best.head} ({_percent(best.share)})."


def _looks_back(trace: Trace, layer: int, head: int) -> float:
    """The share that goes to the token before, as a mean over the tokens that have one."""
    weights = trace.attentions[min(layer, trace.layers - 1), min(head, trace.heads - 1)]
    return float(np.diagonal(weights, -1).mean())


def answer_forms() -> str | None:
    """After which layer each model's first choice stays what it answers; nothing of models that answer nothing."""
    if not present.task().labels:
        return None
    pair = present.traces()
    both = present.predictions(present.position(pair.encoding))
    parts = [f"the {voice} {_settles(read)}" for voice, read in zip(("teacher", "student"), both, strict=True)]
    said = " and ".join(parts)
    return f"{said[0].upper()}{said[1:]}."


def settled_after(read: Predictions) -> int:
    """The first state from which on the first choice is the answer: 0 the embeddings, i + 1 after layer i."""
    firsts = [names[0] for names in read.names]
    differing = [state for state, name in enumerate(firsts) if name != firsts[-1]]
    return differing[-1] + 1 if differing else 0


def _settles(read: Predictions) -> str:
    state, answer, layers = settled_after(read), visible(read.names[-1][0]), len(read.names) - 1
    where = "before any layer" if state == 0 else f"from L{state - 1} on, after {state} of {counted(layers, 'layer')}"
    return f"says “{answer}” {where}"


def softened() -> str | None:
    """The teacher's first choice at T and at 1, and the distance at T; nothing of models without soft labels."""
    if not present.task().labels:
        return None
    pair, temperature = present.traces(), float(st.session_state.get("temperature", 2.0))
    logits, names = present.logits(), present.outcomes(pair.encoding)
    at = present.row(pair.encoding)
    now, plain = (comparison.soft_labels(*logits, names, at, t) for t in (temperature, 1.0))
    first = f"At T = {temperature:g} the teacher gives “{visible(now.names[0])}” {_percent(float(now.teacher[0]))}"
    away = f"the student is {now.kl:.2g} nats away (KL), and {plain.kl:.2g} at T = 1"
    return f"{first}, and {_percent(float(plain.teacher[0]))} at T = 1; {away}."


def one_step() -> str | None:
    """How the true word's rank moved, and whether the student came nearer to its teacher there."""
    step = told.told(OneStep)
    if step is None:
        return None
    positions, at = step.text.positions, present.position(step.text.encoding)
    index = positions.index(at) if at in positions else 0
    true = np.array([int(step.text.labels[positions[index]])])
    before, after = (int(comparison.ranks(rows[index], true)[0]) for rows in (step.student_logits, step.student_after))
    far = [float(comparison.kl(step.teacher_logits[index], rows[index], 1.0)) for rows in (step.student_logits, step.student_after)]
    word = visible(present.vocabulary()[int(true[0])])
    moved = f"stayed at {before}" if before == after else f"moved from {before} to {after}"
    nearer = "as far from" if far[1] == far[0] else "nearer to" if far[1] < far[0] else "further from"
    way = f"the student is {nearer} its teacher there, {far[0]:.3g} → {far[1]:.3g} nats"
    return f"The rank of the true word “{word}” {moved} with the student; after the step {way}."


def learned() -> str | None:
    """How the held-out numbers of the run on the page fell and rose."""
    run = home.find(st.session_state.run) or home.find(recordings.RUN)
    found = run.all_evaluations() if run else []
    if run is None or len(found) < 2:
        return None
    first, last = found[0], found[-1]
    which = "recorded run" if run.id == recordings.RUN else "run"
    nearer = f"KL to the teacher went from {first.kl:.2f} to {last.kl:.2f} nats"
    share = f"they now say the same at {_percent(last.agreement)} of the held-out words, {_percent(first.agreement)} before"
    return f"In {last.number} steps of this {which} {nearer}; {share}."


def lost() -> str | None:
    """In which part most was lost, and how far the answer is in the end."""
    found = told.told(HandOver)
    if found is None:
        return None
    where = hand_over.verdict(found).removeprefix("So ").removesuffix(".")
    return f"{where[0].upper()}{where[1:]}; the student's answer is {found.student.kl:.2g} nats from its teacher's."


def faster() -> str | None:
    """How many times as fast the student is in the cell that its page speaks of."""
    found = told.told(Measurement)
    if found is None or not found.timings:
        return None
    from distilbert_viz.cost.statistics import ratio

    one = leading(found)
    interval = ratio(one)
    return f"On {texts_of(one)} the student is {interval[0]:.2f} times as fast ({between(interval)})."


def verdict() -> str | None:
    """Who serves, and what decides."""
    found = told.told(Verdict)
    return None if found is None else f"{choosing.answer(found)} {choosing.binding(found).replace('**', '')}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%" if share >= 0.01 or share == 0 else f"{100 * share:.1g}%"
