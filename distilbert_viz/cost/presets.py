"""Cases to start from, as they are usually listed under "use DistilBERT when" and "use BERT when".

Each is made concrete by numbers that a person changes; they are round starting points, not measurements.
"""

from distilbert_viz.records import Preset

MB = 1e6
# 0.1 s: the limit within which an answer feels immediate (Nielsen 1993, Usability Engineering, chapter 5).
IMMEDIATE = 0.1

PRESETS = (
    Preset("Real-time", "student", "An answer feels immediate within 0.1 s (Nielsen 1993, chapter 5).", latency=IMMEDIATE),
    Preset("High throughput", "student", "A stream of texts that must not pile up.", throughput=50.0),
    Preset("Edge device", "student", "A small board: 512 MB for the model, a fifth of a second.", latency=0.2, memory=512 * MB),
    Preset("Mobile", "student", "An app that shares its telephone's memory.", latency=IMMEDIATE, memory=300 * MB),
    Preset("Embedded", "student", "Little memory, and time enough.", latency=1.0, memory=128 * MB),
    Preset("Several models in memory", "student", "Four models in one gigabyte: 250 MB each.", memory=250 * MB),
    Preset("Many concurrent requests", "student", "Each within half a second.", latency=0.5, throughput=100.0),
    Preset("Cost-sensitive", "student", "95% of the teacher's quality will do; the hour costs 0.10.", quality=0.95, price=0.1),
    Preset("Maximum accuracy", "teacher", "Nothing of the teacher's quality may be lost.", quality=1.0),
    Preset("Critical decisions", "teacher", "99% of the teacher's quality, within a second.", latency=1.0, quality=0.99),
    Preset("Benchmark competition", "teacher", "Only the score counts, whatever the hour costs.", quality=1.0, price=1.0),
    Preset("No latency limit", "teacher", "Time and memory are there, so 98% of the quality may be asked.", quality=0.98),
    Preset("Complex tasks", "teacher", "95% of the teacher's quality at the task that loses most: RTE.", quality=0.95, task="RTE"),
)
