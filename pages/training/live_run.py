"""How does a student become like its teacher, while one watches?"""

from distilbert_viz import frame
from distilbert_viz.views.training import new_run, runs

frame.title(
    "Live run",
    "A copy of some of the teacher's layers learns from the teacher's soft labels, before your eyes, on your own sentence.",
)
pair = frame.traced_text()
run = runs.chosen()
if run is None:
    new_run.asked(pair)
    runs.recorded()
else:
    runs.controls(run)
    runs.watch(run)
runs.compare()
frame.notice(
    "Held-out KL tells whether the student learned to speak like its teacher on sentences whose patterns it never saw. "
    "L_mlm, which the published training weighs 2, is off at first: the built-in text is small and full of facts that the "
    "teacher doesn't know, so with it the student learns the facts and leaves its teacher. Try both and compare. Attention "
    "is never a training target: where the student's heads begin to look like the teacher's, that follows from the rest. "
    "The watched sentences are not trained on, unless they happen to stand in the text."
)
frame.sources(
    "recipe and start: Sanh et al. 2019 (arXiv 1910.01108), sections 2 and 3, and the released training script "
    "(5 L_ce + 2 L_mlm + 1 L_cos at T = 2); T²: Hinton, Vinyals & Dean 2015 (arXiv 1503.02531), section 2."
)
