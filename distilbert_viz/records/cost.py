"""What a model costs: parameters and arithmetic by component, time and memory as measured, and what quality is left."""

from dataclasses import dataclass

from distilbert_viz.records.passes import Architecture


@dataclass(frozen=True)
class Component:
    """The parameters of one part ("word", "attention", ...) of a whole ("embeddings", "L0", "pooler", ...) of a model."""

    whole: str
    part: str
    parameters: int

    @property
    def in_block(self) -> bool:
        """Whether it is a part of an encoder layer."""
        return self.whole[1:].isdigit()

    @property
    def name(self) -> str:
        """Both words, or one where they are the same."""
        return self.whole if self.whole == self.part else f"{self.whole}: {self.part}"


@dataclass(frozen=True)
class ModelSize:
    """A model class in numbers: `parameters` of all its modules, by component, each tensor once; `tied` would come twice."""

    class_name: str
    architecture: Architecture
    components: tuple[Component, ...]
    parameters: int
    tied: int


@dataclass(frozen=True)
class Change:
    """One size of the teacher beside the student's; `counted`: it is a component's number of parameters."""

    what: str
    teacher: int | float | str
    student: int | float | str
    counted: bool = False

    @property
    def verdict(self) -> str:
        """ "kept", "removed", "added", "reduced", "enlarged" or, where there is no more and less, "changed"."""
        if self.teacher == self.student:
            return "kept"
        if isinstance(self.teacher, str) or isinstance(self.student, str):
            return "changed"
        if self.student < self.teacher:
            return "reduced" if self.student else "removed"
        return "enlarged" if self.teacher else "added"


@dataclass(frozen=True)
class Operation:
    """The multiply-accumulates of one component, and the formula that gave them."""

    name: str
    formula: str
    macs: int


@dataclass(frozen=True)
class Computation:
    """The matrix products of one pass of a model class over `batch` texts of `length` tokens."""

    class_name: str
    length: int
    batch: int
    operations: tuple[Operation, ...]

    @property
    def macs(self) -> int:
        """All of them."""
        return sum(operation.macs for operation in self.operations)


@dataclass(frozen=True)
class Setting:
    """What a measurement of speed was made with and on; `form` is one of cost.CLASSES, `load` the machine's before it."""

    pair: str
    form: str
    class_names: tuple[str, str]
    attention: str
    dtype: str
    device: str
    device_name: str
    threads: int
    system: str
    versions: tuple[tuple[str, str], ...]
    began: str
    load: float


@dataclass(frozen=True)
class Timing:
    """Both models on `batch` texts of `length` tokens: seconds of every timed pass, the two in turn, so that pass i of the
    teacher stands beside pass i of the student.

    A peak is what a process needed at most during a pass beside its loaded weights, in bytes; None where nobody can tell.
    `teacher_events` and `student_events` are the same passes between two CUDA events, empty on another device.
    """

    length: int
    batch: int
    teacher: tuple[float, ...]
    student: tuple[float, ...]
    teacher_peak: int | None = None
    student_peak: int | None = None
    teacher_events: tuple[float, ...] = ()
    student_events: tuple[float, ...] = ()


@dataclass(frozen=True)
class PartTimes:
    """Seconds that one part of a model ("embeddings", "L0", ..., "head") took in each profiled pass at `length`, `batch`."""

    voice: str
    part: str
    length: int
    batch: int
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class Measurement:
    """What a pair costs on one machine, measured: teacher first wherever there are two.

    `weights` in bytes at the setting's dtype; `loading`: seconds of each loading from the disk to the device, every weight read
    once, files in the system's cache.
    """

    setting: Setting
    weights: tuple[int, int]
    timings: tuple[Timing, ...]
    parts: tuple[PartTimes, ...]
    loading: tuple[tuple[float, ...], tuple[float, ...]]


@dataclass(frozen=True)
class Quality:
    """Both models on the masked tokens of one text: teacher first wherever there are two.

    `accuracy`: share of tokens whose true word is the likeliest; `perplexity`: exp of the mean cross-entropy in nats;
    `agreement`: share of tokens with one likeliest word; `kl`: KL(teacher || student) at T = 1, nats a token.
    """

    pair: str
    text: str
    rows: int
    tokens: int
    accuracy: tuple[float, float]
    perplexity: tuple[float, float]
    agreement: float
    kl: float


@dataclass(frozen=True)
class Cause:
    """One link of the chain from a smaller model to a faster one: a quantity of both, `counted` or else measured.

    `paired`: where both were timed in turn, the ratio of the medians and the ends of its 95% interval.
    """

    what: str
    unit: str
    teacher: float
    student: float
    counted: bool
    paired: tuple[float, float, float] | None = None

    @property
    def ratio(self) -> float:
        """Teacher over student: how many times less the student has or takes."""
        return self.paired[0] if self.paired else self.teacher / self.student
