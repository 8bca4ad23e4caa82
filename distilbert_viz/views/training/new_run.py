"""What decides a new run, asked on the page; each default is the recipe's own and says where it comes from."""

import re
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import streamlit as st

from distilbert_viz import families, memory, settings
from distilbert_viz.distillation import recipe as recipes
from distilbert_viz.distillation.recipe import SENTENCES, SOURCES, Recipe, RecipeError
from distilbert_viz.frame.lasting import lasting, typed
from distilbert_viz.frame.tasks import can_start_a_student
from distilbert_viz.pairs.catalogue import CATALOGUE
from distilbert_viz.pairs.choice import Named, RunStudent, TwoSources, absolute
from distilbert_viz.pairs.layers import initial_layers
from distilbert_viz.records import Trace, TracePair
from distilbert_viz.runs import home, queue
from distilbert_viz.session import present, visitors
from distilbert_viz.session.markdown import literal
from distilbert_viz.session.state import chosen_pair
from distilbert_viz.session.uploads import text_file

FEWEST_LINES = 64
NARROWER = "A narrower student starts at random, and L_cos is off: vectors of two widths have no cosine."
WEIGHTS = ("alpha_ce", "alpha_mlm", "alpha_cos")
# A path of this machine is none; a single word such as "text" would be a reader of the files that lie here.
HUB_NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*", re.ASCII)
Choices = dict[str, str | int | float | tuple[str, ...] | tuple[int, ...]]  # what a recipe is made of but for its text
Text = tuple[str | bytes, ...]  # its sources as a recipe names them; a text of one's own as its bytes
TEXTS = {"sentences": "built-in sentences", "file": "a text file of mine", "hub": "a Hugging Face data set"}


def asked(pair: TracePair) -> None:
    """The choices and the start; a person who changes nothing gets the default recipe and the present text as a probe.

    A sentence instead where the present teacher can't teach.
    """
    if not can_start_a_student("A student", "Runs that were made from other teachers are chosen above."):
        return
    device = present.models().teacher.device.type
    if why := visitors.no_room(Recipe(teacher=teacher_source(), device=device)):
        st.info(f"{literal(why)} Runs that were made before are chosen above.")
        return
    if memory.present_plan().spare:
        with suppress(*home.NOT_KEPT):  # which Start says
            queue.start_consumer(device)  # its first process reads its libraries while a person reads the page
    choices: Choices = {"teacher": teacher_source(), "probes": _probes()}
    start, name = st.container(horizontal=True, vertical_alignment="bottom"), f"run of {time.strftime('%H:%M')}"
    with st.expander("Student, text and recipe"):
        left, right = st.columns(2)
        with left:
            name = st.text_input("Name", max_chars=60, placeholder=name, **typed("run_name")) or name
            choices |= _student(pair.teacher)
            text = _text()
        with right:
            choices |= {"device": _device(device)} | _recipe() | ({"alpha_cos": 0.0} if "hidden" in choices else {})
    with start:
        st.button("Start", type="primary", on_click=_start, args=(choices, text, name))
        st.caption(_summary(choices))
    visitors.public_limits()
    if problem := st.session_state.pop("run_problem", None):
        st.warning(literal(problem))


def teacher_source() -> str:
    """Where the present pair's teacher comes from, as a recipe names it."""
    match chosen_pair().models:
        case Named(name):
            return name if name == Recipe().teacher or name not in CATALOGUE else CATALOGUE[name].teacher
        case RunStudent(run):
            found = home.find(run)
            return run if found is None else found.recipe.teacher
        case TwoSources(teacher):
            return absolute(teacher)


def _probes() -> tuple[str, ...]:
    own = st.session_state.text[:1000]
    return tuple(dict.fromkeys([own, *Recipe().probes]))[:4]


def _student(teacher: Trace) -> Choices:
    default, deepest, narrower = Recipe(), teacher.layers, _width(teacher)
    layers = st.slider("Student layers", 1, deepest, max(1, deepest // 2), **lasting("run_layers"), help=SOURCES["layers"])
    if narrower:
        st.caption(NARROWER)
        return {"layers": layers, "hidden": narrower, "start": "random"}
    start = st.segmented_control(
        "Starts from", ["teacher", "random"], default="teacher", required=True, **lasting("run_start"), help=SOURCES["start"]
    )
    if start == "random":
        return {"layers": layers, "start": start}
    rule = list(initial_layers(deepest, layers))
    chosen = st.multiselect("Teacher layers", range(deepest), rule, format_func=lambda i: f"L{i}", max_selections=layers,
                            help=SOURCES["start"], **lasting(f"run_from_{layers}"))  # fmt: skip
    fold = _leaves_segments() and st.toggle(
        "Fold the segment embedding in", default.fold, help=SOURCES["fold"], **lasting("run_fold")
    )
    frozen = st.toggle("Freeze the word embeddings", default.frozen_words, **lasting("run_frozen"), help=SOURCES["frozen_words"])
    st.caption(f"{_segments(fold)} {_words(frozen)}".strip())
    return {"layers": layers, "start": start, "initial_layers": tuple(sorted(chosen)), "fold": fold, "frozen_words": frozen}


def _leaves_segments() -> bool:
    """Whether a student of the present teacher lacks the segment embedding that its teacher has."""
    family = present.models().teacher.family
    return "token_type" in family.embeddings and "token_type" not in families.student_of(family).embeddings


def _segments(fold: bool) -> str:
    """What becomes of the teacher's segment vector, beside the published way; nothing where the student keeps the table."""
    if not _leaves_segments():
        return ""
    where = "in the positions, which the released script doesn't do" if fold else "left behind, as in the released script"
    return f"The teacher's segment vector is {where}."


def _words(frozen: bool) -> str:
    """What becomes of the word embeddings, beside the published way."""
    how = "stay the teacher's, which makes a step faster" if frozen else "learn, as in the released script"
    return f"Word embeddings {how}."


def _width(teacher: Trace) -> int:
    """The student's width where it is to be narrower than its teacher: a whole number of the teacher's heads; else 0."""
    head = teacher.architecture.hidden // teacher.heads
    widths = [head * heads for heads in range(1, teacher.heads + 1)]
    chosen: int = st.select_slider("Student width", widths, widths[-1], **lasting("run_hidden"), help=SOURCES["hidden"])
    return chosen if chosen < widths[-1] else 0


def _text() -> Text:
    """What the run learns from; a file's own bytes are kept when the run is started."""
    kinds = [kind for kind in TEXTS if kind != "hub" or not settings.read().public]
    kind = st.segmented_control(
        "Text", kinds, format_func=TEXTS.__getitem__, default="sentences", required=True, **lasting("run_text")
    )
    if kind == "file":
        upload = text_file("run_file", "a sentence or a paragraph a line")
        return () if upload is None else (upload[1],)
    if kind == "hub":
        return (_hub_name(),)
    return (SENTENCES,)


def _hub_name() -> str:
    """What was typed where it can be a data set's name, else nothing."""
    name = st.text_input("Name of the data set", max_chars=200, **typed("run_data"), placeholder="owner/name").strip()
    if HUB_NAME.fullmatch(name) and not name.endswith((".txt", ".gz")) and not Path(name).exists():
        return name
    if name:
        st.warning("A data set's name is owner/name: letters, digits, dots, hyphens and underscores.")
    return ""


def _device(shown: str) -> str:
    """Where the run computes: the device of the shown pair, or the CPU."""
    offered = list(dict.fromkeys([shown, "cpu"]))
    text = "The queue of each device takes one run at a time."
    return st.segmented_control("Device", offered, default=shown, required=True, **lasting("run_device"), help=text)


def _recipe() -> Choices:
    default, most = Recipe(), settings.limits()
    made: Choices = {}
    made["steps"] = st.number_input("Steps", 1, most.steps, default.steps, **typed("run_steps"), help=SOURCES["steps"])
    made["batch"] = st.number_input("Sentences a step", 1, most.batch, default.batch, **typed("run_batch"), help=SOURCES["batch"])
    made["length"] = st.number_input(
        "Tokens a sentence at most", 8, most.length, default.length, **typed("run_length"), help=SOURCES["length"]
    )
    made["temperature"] = st.slider(
        "Temperature T", 0.5, 10.0, default.temperature, 0.5, **lasting("run_temperature"), help=SOURCES["temperature"]
    )
    _presets(default)
    for name in WEIGHTS:
        label = name.replace("alpha_", "Weight of L_")
        made[name] = st.slider(label, 0.0, 10.0, getattr(default, name), 0.5, **lasting(f"run_{name}"), help=SOURCES[name])
    made["ce_on"] = st.segmented_control("L_ce at", list(recipes.TARGETS), default=default.ce_on, required=True,
                                         format_func=lambda n: f"{n} tokens", help=SOURCES["ce_on"],
                                         **lasting("run_ce_on"))  # fmt: skip
    rates = [1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 3e-4, 5e-4, 1e-3, 2e-3, 5e-3]
    made["learning_rate"] = st.select_slider("Learning rate", rates, default.learning_rate, **lasting("run_rate"),
                                             format_func="{:g}".format, help=SOURCES["learning_rate"])  # fmt: skip
    made["warmup"] = st.slider(
        "Warm-up, share of the steps", 0.0, 0.5, default.warmup, 0.05, **lasting("run_warmup"), help=SOURCES["warmup"]
    )
    made["masked"] = st.slider(
        "Share of tokens that is masked", 0.05, 0.6, default.masked, 0.05, **lasting("run_masked"), help=SOURCES["masked"]
    )
    made["seed"] = st.number_input("Seed", 0, 2**31 - 1, default.seed, **typed("run_seed"))
    made["precision"] = st.segmented_control("Precision", list(recipes.PRECISIONS), default=default.precision, required=True,
                                             **lasting("run_precision"), help=SOURCES["precision"])  # fmt: skip
    return made


def _presets(default: Recipe) -> None:
    """The two sets of weights that have a name."""
    named = {"the teacher alone": asdict(default), "as published": recipes.PUBLISHED}
    with st.container(horizontal=True):
        for label, weights in named.items():
            numbers = " / ".join(f"{weights[name]:g}" for name in WEIGHTS)
            st.button(f"{label}: {numbers}", on_click=_weigh, args=({f"run_{name}": weights[name] for name in WEIGHTS},))


def _weigh(weights: dict[str, float]) -> None:
    st.session_state.update(weights)


def _summary(choices: Choices) -> str:
    width = f" of {choices['hidden']} dimensions" if "hidden" in choices else ""
    return (
        f"{choices['layers']} layers{width} from {choices['start']} weights, {choices['steps']} steps of {choices['batch']} "
        f"sentences, {choices['alpha_ce']:g} L_ce + {choices['alpha_mlm']:g} L_mlm + {choices['alpha_cos']:g} L_cos at T = "
        f"{choices['temperature']:g}, on {choices['device']}. The pair that is shown is never trained."
    )


def _start(choices: Choices, text: Text, name: str) -> None:
    try:
        visitors.refuse_full()
        _refuse_no_text(text)
        texts = tuple(home.keep_text(part) if isinstance(part, bytes) else part for part in text)
        recipe = recipes.make({**choices, "text": texts})
        visitors.refuse_large(recipe)
        visitors.refuse_no_room(recipe)
        run = home.new_run(recipe, name, session=visitors.visitor())
        queue.enqueue(run)
    except RecipeError as error:
        st.session_state.run_problem = str(error)
    except home.NOT_KEPT as error:
        st.session_state.run_problem = home.why_not_kept(error)
    else:
        st.session_state.run = run.id


def _refuse_no_text(sources: Text) -> None:
    if not sources or "" in sources:
        raise RecipeError("There is no text to learn from: choose a file, name a data set, or take the built-in sentences.")
    for source in sources:
        _refuse_short(source)


def _refuse_short(source: str | bytes) -> None:
    if isinstance(source, bytes):
        lines = sum(1 for line in home.readable(source).splitlines() if line.strip())
        if lines < FEWEST_LINES:
            raise RecipeError(f"The text has {lines} lines that say something; a run needs at least {FEWEST_LINES}.")
