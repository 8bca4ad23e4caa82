"""Which model serves: how good both are, what is asked of them, and how far each one is from it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """Both models at one task, in percent, higher is better; `source` says who measured it, `examples` how many the task
    trains on.
    """

    task: str
    measure: str
    teacher: float
    student: float
    source: str
    examples: int | None = None
    remark: str = ""

    @property
    def retained(self) -> float | None:
        """The student's score as a share of the teacher's; None where the teacher has none."""
        return self.student / self.teacher if self.teacher else None


@dataclass(frozen=True)
class Needs:
    """What is asked of a model on texts of `length` tokens; None: nothing is asked.

    `latency`: seconds for one text alone; `throughput`: texts a second; `memory`: bytes; `quality`: a score in percent;
    `price`: what an hour of the machine costs.
    """

    length: int
    latency: float | None = None
    throughput: float | None = None
    memory: float | None = None
    quality: float | None = None
    price: float | None = None


@dataclass(frozen=True)
class Preset:
    """A case to start from; its numbers are to be changed. `quality` is a share of the teacher's score at `task`.

    `voice`: the model under which such a case is usually listed; a verdict never reads it.
    """

    name: str
    voice: str
    about: str
    latency: float | None = None
    throughput: float | None = None
    memory: float | None = None
    quality: float | None = None
    price: float | None = None
    task: str | None = None


@dataclass(frozen=True)
class Margin:
    """One need beside what was measured: `used` is 1 where it is just met, and above 1 where it is missed.

    `interval`: the ends of the 95% interval of `found`, where it was measured by repeats.
    """

    need: str
    asked: float
    found: float
    used: float
    interval: tuple[float, float] | None = None

    @property
    def close(self) -> bool:
        """Whether it is too close to call: the interval of what was found holds what was asked."""
        return self.interval is not None and self.interval[0] < self.asked < self.interval[1]

    @property
    def missed(self) -> bool:
        """Whether the model falls short, beyond doubt."""
        return self.used > 1 and not self.close

    @property
    def by(self) -> float:
        """How far what was found lies from what was asked, in the need's own unit; never negative."""
        return abs(self.found - self.asked)


@dataclass(frozen=True)
class Offer:
    """What one model can do by a measurement, and how that meets the needs.

    `latency`: seconds for one text alone. `throughput`: texts a second at `batch`, the best measured one whose pass keeps
    within the latency and the memory asked for. `memory`: bytes of weights, and of one text's pass where `peak_known`.
    `million`: what a million texts cost at that throughput.
    """

    voice: str
    class_name: str
    latency: float
    throughput: float
    batch: int
    memory: float
    peak_known: bool
    quality: float | None
    million: float | None
    margins: tuple[Margin, ...]

    @property
    def fails(self) -> bool:
        """Whether a need is missed beyond doubt."""
        return any(margin.missed for margin in self.margins)

    @property
    def close(self) -> bool:
        """Whether it can't be told if the model serves: no need is missed beyond doubt, and one is too close to call."""
        return not self.fails and any(margin.close for margin in self.margins)

    @property
    def serves(self) -> bool:
        """Whether every need is met beyond doubt."""
        return not self.fails and not self.close

    @property
    def tightest(self) -> Margin | None:
        """The need that is missed most beyond doubt; else the one that is met most narrowly; None where nothing is asked."""
        missed = tuple(margin for margin in self.margins if margin.missed)
        return max(missed or self.margins, key=lambda margin: margin.used, default=None)


@dataclass(frozen=True)
class Verdict:
    """Which model serves: `chosen` is a voice, the cheaper of two that serve, or None where none does beyond doubt.

    `latency` and `throughput`: how many times as fast the student is with one text alone, and how many times as many texts it
    reads a second, each with the ends of its 95% interval.
    """

    needs: Needs
    teacher: Offer
    student: Offer
    chosen: str | None
    latency: tuple[float, float, float]
    throughput: tuple[float, float, float]

    @property
    def offers(self) -> tuple[Offer, Offer]:
        """Teacher, then student."""
        return self.teacher, self.student

    @property
    def one_price(self) -> bool:
        """Whether it is too close to call which of the two is cheaper: both may read equally many texts a second."""
        _, low, high = self.throughput
        return low < 1 < high

    @property
    def nearest(self) -> Offer:
        """The chosen model; where none serves, the one whose worst miss is smaller, the student if they are equal."""
        if self.chosen is not None:
            return next(offer for offer in self.offers if offer.voice == self.chosen)
        return min(reversed(self.offers), key=lambda offer: offer.tightest.used if offer.tightest else 0.0)

    @property
    def binding(self) -> Margin | None:
        """The need that decides: what the one refused model misses most, else the tightest need of the nearest model."""
        refused = [offer for offer in self.offers if offer.fails] or [offer for offer in self.offers if offer.close]
        return refused[0].tightest if len(refused) == 1 else self.nearest.tightest
