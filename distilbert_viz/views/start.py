"""The first page: two models read one text, what that costs, what was kept, and the ways on."""

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from distilbert_viz import checking, comparison
from distilbert_viz.drawing.components import Tile
from distilbert_viz.families import words
from distilbert_viz.figures import start as figures
from distilbert_viz.figures.savings.sentences import fewer, times_less
from distilbert_viz.figures.savings.timings import three_digits
from distilbert_viz.frame import components, doors
from distilbert_viz.frame.controls import table
from distilbert_viz.frame.see import See, example
from distilbert_viz.frame.tasks import answer_end, has_soft_labels
from distilbert_viz.records import ENDS, Agreement, Difference, PositionLabels, Predictions, Timing, TracePair
from distilbert_viz.runs import home, recordings
from distilbert_viz.session import present, timing
from distilbert_viz.session.checks import Passes, checked
from distilbert_viz.session.once import once
from distilbert_viz.session.pages import end_page
from distilbert_viz.views import quoted
from distilbert_viz.views.forward.soft_labels import Logits
from distilbert_viz.views.savings import counted
from distilbert_viz.views.savings.counted import Counted

if TYPE_CHECKING:
    from distilbert_viz.pairs.models import Model

Read = tuple[Predictions, Predictions]
SECONDS_A_LOOK = 0.5
SENTENCE_ROOM = """<style>
.st-key-start_top > :nth-child(2) { min-height: 3.2rem; }
@media (max-width: 600px) { .st-key-start_top > :nth-child(2) { min-height: 6.4rem; } }
</style>"""


def room_for_the_sentence() -> DeltaGenerator:
    """Where the title stands: its sentence comes behind the picture, which mustn't move for it."""
    st.html(SENTENCE_ROOM)
    return st.container(key="start_top")


def stacks(pair: TracePair) -> Read:
    """Both models from the words to their soft labels at the chosen token, and what was read there.

    The page ends here where the models have none.
    """
    if not has_soft_labels():
        ways_on()
        end_page()
    answer_end()
    read = present.predictions(present.position(pair.encoding))
    components.stacks(figures.stacks(pair, read, doors.BLOCK), "stacks")
    return read


def about_stacks(pair: TracePair, read: Read) -> None:
    """What is seen and where it comes from, its check, and its numbers as a table."""
    st.caption(
        "In each row: what the model's own head reads on that layer's hidden state, with its probability as length (the logit "
        "lens, nostalgebraist 2020). The head was trained on the last state alone: what it reads above is no answer of the model. "
        "**Bold**: what it answers in the end."
    )
    checked(_difference, present.stocks(), read, logits=True)
    table(figures.table(pair, read), "what every layer would say")


def beginning(pair: TracePair) -> str:
    """How the student's layers began, as far as it is known."""
    return words.beginning(pair, present.task().fine_tuned)


def see() -> tuple[See, ...]:
    """Other texts."""
    return example("a drink"), example("an ambiguous word")


def _difference(stocks: "tuple[Model, Model]", read: Read, passes: Passes) -> Difference:
    """The last state against the stock models' logits, the others against the stock models' heads on the stock states."""
    from distilbert_viz.tracing import read_states

    lens = [
        [read_states(model, stock.hidden_states, ours.position, ours.probabilities.shape[1])[1]]
        for model, stock, ours in zip(stocks, passes, read, strict=True)
    ]
    last = checking.predictions(read, passes)
    all_states = checking.arrays([[one.probabilities] for one in read], lens)
    return Difference(max(last.teacher, all_states.teacher), max(last.student, all_states.student))


def agreement(pair: TracePair) -> Agreement:
    """At which words both models have one first choice."""
    labels = once(_labels, Logits(pair, *present.logits()))
    task, names = present.task(), present.outcomes(pair.encoding)
    if task.labels == "token":
        return comparison.agreement(labels, pair.encoding, names, task.outcome)
    parts = ENDS if task.labels == "ends" else (pair.encoding.text,)
    return comparison.whole_agreement(labels, parts, names, task.outcome)


def _labels(logits: Logits) -> PositionLabels:
    return comparison.position_labels(logits.teacher, logits.student, 1.0)


def numbers(pair: TracePair, found: Agreement) -> None:
    """Parameters, arithmetic, the time of a pass and agreement, each a link to where it comes from."""
    asked = Counted(False, quoted.form())
    job = timing.begun()
    waiting = job is not None and not job.finished.is_set()
    tiles = [_parameters(asked), _arithmetic(asked, len(pair.encoding)), _time(job.latest if job else None, waiting), _agree(found)]
    components.tiles(tiles, "numbers")
    if present.task().labels == "token":
        components.agreement(figures.word_by_word(found, present.position(pair.encoding)))
    if waiting:
        st.fragment(_look, run_every=SECONDS_A_LOOK)()


def _look() -> None:
    job = timing.begun()
    if job is None or job.finished.is_set():
        st.rerun()


def _parameters(asked: Counted) -> Tile:
    teacher, student = (size.parameters for size in counted.sizes(asked))
    value = f"{teacher / 1e6:.1f} M → {student / 1e6:.1f} M"
    return {"name": "Parameters", "page": doors.SIZE, "value": value, "note": f"{fewer(teacher, student, 1)}, counted"}


def _arithmetic(asked: Counted, tokens: int) -> Tile:
    teacher, student = (one.macs for one in counted.computations(asked, tokens, 1))
    value = f"{teacher / 1e6:,.0f} M → {student / 1e6:,.0f} M"
    note = f"{times_less(teacher, student)}: products of one pass over these {tokens} tokens"
    return {"name": "Arithmetic", "page": doors.ARITHMETIC, "value": value, "note": note}


def _time(found: Timing | None, waiting: bool) -> Tile:
    tile: Tile = {"name": "Time of a pass", "page": doors.SPEED}
    if found is None:
        why = "measured behind this page …" if waiting else "not timed: another measurement has this machine"
        return tile | {"value": "–", "note": why}
    from distilbert_viz.cost.statistics import spread

    teacher, student = (three_digits(1000 * spread(seconds)[0]) for seconds in (found.teacher, found.student))
    note = (
        f"{quoted.times(found)} as fast: {len(found.teacher)} passes over a text of {found.length} tokens, in turn, on this server"
    )
    return tile | {"value": f"{teacher} → {student} ms", "note": note}


def _agree(found: Agreement) -> Tile:
    note = "their one soft label for the whole text" if found.outcome == "class" else "where both have one first choice"
    return {"name": "They agree", "page": doors.SOFT_LABELS, "value": figures.agreement(found), "note": note}


def kept(pair: TracePair, found: Agreement) -> str:
    """With how much less the student keeps what of this text, and where it lost most, in one sentence."""
    teacher, student = (size.parameters for size in counted.sizes(Counted(False, quoted.form())))
    has = f"{pair.student.layers} of {pair.teacher.layers} layers and {fewer(teacher, student)} parameters"
    masked = pair.encoding.mask_positions
    hidden = (
        [word for word, position in enumerate(found.positions.tolist()) if position in masked] if found.outcome == "token" else []
    )
    return figures.kept_sentence(found, has, hidden)


def ways_on() -> None:
    """Three doors: what it does, how it learns (as the recorded run did), whether it is worth it."""
    see: Tile = {
        "name": "See what it does",
        "page": doors.ARCHITECTURE,
        "note": "Your sentence on its way through both, box by box.",
    }
    worth: Tile = {"name": "Is it worth it?", "page": doors.CHOOSE, "note": "Say what you need; what was measured answers."}
    components.tiles([see, _learn(), worth], "doors")


def _learn() -> Tile:
    tile: Tile = {"name": "Watch it learn", "page": doors.LIVE, "note": "A student comes nearer to its teacher, step by step."}
    run = home.find(recordings.RUN)
    kl = [one.kl for one in run.all_evaluations()] if run else []
    if len(kl) < 2:
        return tile
    note = f"A recorded run: KL(teacher ‖ student) on held-out words falls from {kl[0]:.2f} to {kl[-1]:.2f} nats."
    return tile | {"note": note, "curve": [value / max(kl) for value in kl]}
