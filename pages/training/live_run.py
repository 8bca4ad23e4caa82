"""How does a student become like its teacher, while one watches?"""

from distilbert_viz import frame
from distilbert_viz.views.training import listing, new_run, runs

top = frame.title(
    "Live run",
    "A student, begun as some of the teacher's layers or at random, learns from the teacher's soft labels; a run of your own is "
    "watched on your own sentence.",
)
pair = frame.traced_text()
listed = listing.listed()
shown = listing.chosen(listed)
top.say(runs.sentence(shown.run if shown else None))
if shown is None:
    new_run.asked(pair)
    runs.recorded()
else:
    runs.controls(shown)
    runs.watch(shown.run)
runs.compare(listed)
listing.follow(listed)
frame.notice(
    "Held-out KL falls: the student learns to answer like its teacher on sentences whose patterns it never saw.",
    "Attention is never a training target: where the student's heads begin to look like the teacher's, that follows from the rest.",
    "Start two runs, with L_mlm and without, and compare them below.",
    more="L_mlm, which the published training weighs 2, is off at first: the built-in text is small and full of facts that the "
    "teacher doesn't know, so with it the student learns the facts and leaves its teacher. The watched sentences are not trained "
    "on, unless they happen to stand in the text.",
)
frame.sources(
    "recipe and start: Sanh et al. 2019 (arXiv 1910.01108), sections 2 and 3, and the released training script "
    "(5 L_ce + 2 L_mlm + 1 L_cos at T = 2); T²: Hinton, Vinyals & Dean 2015 (arXiv 1503.02531), section 2."
)
