"""Where on the way did the student lose what it lost? One model finishes what the other began, and the answer says it."""

from distilbert_viz import frame
from distilbert_viz.frame import segments
from distilbert_viz.views.kept import lost, lost_texts, lost_tokens

top = frame.title(
    "Where it was lost",
    "Where student and teacher speak nearly one language, one can read on from the other's state. Let the teacher take over "
    "after each of the student's layers: how far is the answer then from the teacher's own?",
)
pair = frame.traced_text()
see: tuple[frame.See, ...] = ()
if lost.can_hand_over():
    found = lost.handed_over(pair)
    top.say(lost.plainly(found))
    lost.curve(found)

    frame.section(
        "Every way to mix the two",
        "Left, the student begins and the teacher finishes; right, the teacher begins and the student finishes.",
    )
    mixtures = lost.all_mixtures(pair, found)
    lost.maps(pair, mixtures)
    see = lost.see(mixtures)

    frame.section(
        "Token by token",
        "One token takes its state, or what one part of a layer adds to it, from the teacher; the student reads on.",
    )
    lost_tokens.token_map(pair, found, lost_tokens.part())

    frame.section("Floors", "How much worse is a state that says nothing? The curve above beside two such states.")
    lost.floors(pair, found)

    frame.section("Over many texts", "One text is an anecdote. Means over many, one masked word in each.")
    lost_texts.over_texts()

frame.section("What the missing segment embedding costs", "The one part of the sum that the student doesn't have, given back.")
segments.segment_cost(pair)
frame.notice(
    "Where the curve jumps, something was lost; where it falls, a layer brought the answer nearer again.",
    "The floors say how bad it gets when a state says nothing at all: read every loss beside them.",
    "Framed cells are layers side by side; a dot elsewhere: the layer has come to stand for others.",
    see=see,
    more="Shares of single tokens don't add up. States of the two models were never trained to meet, so a mixture can be bad for "
    "reasons other than loss. None of it is visible in an attention map or a cosine.",
)
frame.sources(
    "one model's state read on by another: Lenc & Vedaldi 2015 (arXiv 1411.5908), section 3, and Bansal, Nakkiran & Barak 2021 "
    "(arXiv 2106.07682), both with a trained layer between them, which is not needed here; a state put in place of another: Meng "
    "et al. 2022 (arXiv 2202.05262), section 2; what can go wrong with it: Zhang & Nanda 2024 (arXiv 2309.16042) and Heimersheim & "
    "Nanda 2024 (arXiv 2404.15255); layers that begin as copies, and a last state that is pulled towards the teacher's: "
    "Sanh et al. 2019 (arXiv 1910.01108), section 3."
)
