"""What a pair costs on this machine, measured: loading, the time of a pass, its parts, its memory."""

from collections.abc import Iterator
from dataclasses import replace

from torch.utils.benchmark import set_torch_threads

from distilbert_viz.cost import fitting, machine, memory, models
from distilbert_viz.cost.loading import loading
from distilbert_viz.cost.parts import VOICES, part_times
from distilbert_viz.cost.passes import Pass, turns
from distilbert_viz.cost.request import Request
from distilbert_viz.pairs.models import Network
from distilbert_viz.records import Measurement, Setting, Timing


def measure(request: Request) -> Iterator[Measurement]:
    """A record that grows: after loading, after the time of each cell, after the parts, after each model's memory in each cell.

    Weights are random for every pair, since the time of a pass doesn't depend on them. Raises RequestError or PairError, one
    sentence.
    """
    request = replace(request, device=fitting.device(request.device))
    fitting.make_current(request.device)
    shapes = models.shapes(request)
    fitting.refuse_misfits(request, shapes)
    with fitting.memory_refused(), set_torch_threads(request.threads):
        for measurement in _timed(request, machine.setting(request, (shapes[0].name, shapes[1].name))):
            yield measurement
    yield from _with_peaks(request, measurement)


def _timed(request: Request, setting: Setting) -> Iterator[Measurement]:
    teacher, student = (models.ready(request, config) for config in models.configurations(request))
    both = teacher, student
    measurement = Measurement(setting, (_bytes(teacher), _bytes(student)), (), (), loading(request, both))
    yield measurement
    for length, batch in request.cells:
        measurement = replace(measurement, timings=(*measurement.timings, timing(request, both, length, batch)))
        yield measurement
    yield replace(measurement, parts=part_times(request, both))


def _bytes(model: Network) -> int:
    return sum(p.numel() * p.element_size() for p in model.network.parameters())


def timing(request: Request, both: tuple[Network, Network], length: int, batch: int) -> Timing:
    """Both models in turn on one batch, after a warm-up of each; on CUDA by events too."""
    input_ids = models.random_ids(both, length, batch)
    passes = [Pass(model, input_ids) for model in both]
    for one in passes:
        one.warm_up()
    seconds: list[list[float]] = [[], []]
    events: list[list[float]] = [[], []]
    for _ in turns(request):
        for index, one in enumerate(passes):
            seconds[index].append(one.seconds())
            if input_ids.is_cuda:
                events[index].append(one.event_seconds())
    teacher, student = map(tuple, seconds)
    teacher_events, student_events = map(tuple, events)
    return Timing(length, batch, teacher, student, teacher_events=teacher_events, student_events=student_events)


def _with_peaks(request: Request, measurement: Measurement) -> Iterator[Measurement]:
    for index, voice in enumerate(VOICES):
        timings = list(measurement.timings)
        for cell, peak in enumerate(memory.peaks(request, index)):
            one = timings[cell]
            timings[cell] = replace(one, teacher_peak=peak) if voice == "teacher" else replace(one, student_peak=peak)
            measurement = replace(measurement, timings=tuple(timings))
            yield measurement
