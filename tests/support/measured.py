"""A measurement with numbers chosen by hand, for tests of what is drawn and kept; nothing here was measured."""

from dataclasses import replace

from distilbert_viz.records import Measurement, PartTimes, Setting, Timing

SETTING = Setting(
    pair="base-architecture",
    form="classification",
    class_names=("BertForSequenceClassification", "DistilBertForSequenceClassification"),
    attention="sdpa",
    dtype="float32",
    device="cpu",
    device_name="A Processor of <b>Tests</b>",
    threads=2,
    system="Linux-6.1",
    versions=(("python", "3.11.2"), ("torch", "2.13.0")),
    began="2026-11-23T03:00:00+00:00",
    load=0.25,
)
BEATS = (1.0, 1.3, 0.9, 1.1, 1.0)  # how each repeat differs from the others


def timing(length: int = 16, batch: int = 1, teacher: float = 0.020, student: float = 0.010, **peaks: int | None) -> Timing:
    """One cell around the given seconds."""
    return Timing(length, batch, tuple(teacher * b for b in BEATS), tuple(student * b for b in BEATS), **peaks)


def measurement(*timings: Timing, teacher_layers: int = 12, **setting: object) -> Measurement:
    """A whole measurement of these cells; of two lengths at two batches where none are given."""
    given = timings or tuple(
        timing(n, b, n * b / 1000, n * b / 1900, teacher_peak=n * b * 10**5, student_peak=n * b * 9 * 10**4)
        for n in (16, 128)
        for b in (1, 8)
    )
    return Measurement(
        replace(SETTING, **setting),
        (438_000_000, 268_000_000),
        given,
        parts(teacher_layers),
        ((0.31, 0.29, 0.3), (0.2, 0.19, 0.21)),
    )


def parts(teacher_layers: int) -> tuple[PartTimes, ...]:
    """Embeddings of 1 ms, layers of 3 ms, a head of 2 ms; the student has half the layers."""
    found = []
    for voice, layers in (("teacher", teacher_layers), ("student", teacher_layers // 2)):
        times = {"embeddings": 0.001, **{f"L{i}": 0.003 for i in range(layers)}, "head": 0.002}
        found += [PartTimes(voice, part, 128, 1, tuple(seconds * b for b in BEATS)) for part, seconds in times.items()]
    return tuple(found)
