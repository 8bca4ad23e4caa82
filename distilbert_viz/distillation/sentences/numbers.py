"""Numbers in words, small sums, letters, days, months, planets, and how many parts a thing has."""

from itertools import pairwise

from .facts import Facts

UP_TO_TWENTY = """
    zero one two three four five six seven eight nine ten eleven twelve
    thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty
"""
TENS = {30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety", 100: "one hundred"}
WORD = dict(enumerate(UP_TO_TWENTY.split())) | TENS
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _rows(*numbers: tuple[int | str, ...]) -> str:
    """Rows of numbers written as words; what is a word already stays."""
    return ";".join("|".join(WORD[cell] if isinstance(cell, int) else cell for cell in row) for row in numbers)


FOLLOWING = Facts(
    columns="number next",
    rows=_rows(*((n, n + 1) for n in range(20))),
    training="""
    The number {next} comes right after {number}.
    {number} is one less than {next}.
    """,
    held_out="""
    Counting up from {number}, the child soon said {next}.
    """,
)

SUMS = Facts(
    columns="first second sum",
    rows=_rows(*((a, b, a + b) for a in range(2, 11) for b in range(1, a + 1))),
    training="""
    {first} plus {second} is {sum}.
    {sum} minus {second} is {first}.
    If you add {second} to {first}, you get {sum}.
    He had {first} apples, bought {second} more, and now has {sum}.
    """,
    held_out="""
    She had {sum} coins, gave away {second}, and kept {first}.
    """,
)

PRODUCTS = Facts(
    columns="first second product",
    rows=_rows(*((a, b, a * b) for a in range(2, 11) for b in range(2, 11) if a * b in WORD)),
    training="""
    {first} times {second} is {product}.
    {first} rows of {second} chairs make {product} chairs.
    """,
    held_out="""
    Multiply {second} by {first}, and the correct answer is {product}.
    """,
)

DOUBLES = Facts(
    columns="number double",
    rows=_rows(*((n, 2 * n) for n in (*range(2, 11), 15, 20, 30, 40, 50) if 2 * n in WORD)),
    training="""
    Half of {double} is {number}.
    Twice {number} is {double}.
    """,
    held_out="""
    Two groups of {number} people are {double} people together.
    """,
)

ALPHABET = Facts(
    columns="letter next",
    rows=_rows(*pairwise(LETTERS)),
    training="""
    The letter {next} comes after the letter {letter}.
    In the alphabet, {letter} stands before {next}.
    """,
    held_out="""
    Having read the letter {letter}, the boy went on to {next}.
    """,
)

MONTHS = Facts(
    columns="month next place days season",
    rows="""
    January | February | first | thirty-one | winter; February | March | second | twenty-eight | winter
    March | April | third | thirty-one | spring; April | May | fourth | thirty | spring; May | June | fifth | thirty-one | spring
    June | July | sixth | thirty | summer; July | August | seventh | thirty-one | summer
    August | September | eighth | thirty-one | summer; September | October | ninth | thirty | autumn
    October | November | tenth | thirty-one | autumn; November | December | eleventh | thirty | autumn
    December | January | twelfth | thirty-one | winter
    """,
    training="""
    {month} is the {place} month of the year.
    After {month} comes {next}.
    The month before {next} is {month}.
    In most years, {month} has {days} days.
    In the north, {month} is a month of {season}.
    """,
    held_out="""
    As soon as {month} is over, {next} begins.
    In Europe, a birthday in {month} is a birthday in {season}.
    """,
)

WEEKDAYS = Facts(
    columns="yesterday day tomorrow",
    rows="""
    Sunday | Monday | Tuesday; Monday | Tuesday | Wednesday; Tuesday | Wednesday | Thursday; Wednesday | Thursday | Friday
    Thursday | Friday | Saturday; Friday | Saturday | Sunday; Saturday | Sunday | Monday
    """,
    training="""
    The day after {day} is {tomorrow}.
    If today is {day}, tomorrow is {tomorrow}.
    Yesterday was {yesterday}, so today is {day}.
    {day} lies between {yesterday} and {tomorrow}.
    """,
    held_out="""
    We left on {day} evening and arrived on {tomorrow} morning.
    The shop is closed on {yesterday} and opens again on {day}.
    """,
)

COUNTS = Facts(
    columns="whole number parts",
    rows="""
    a minute | sixty | seconds; an hour | sixty | minutes; a day | twenty-four | hours; a week | seven | days
    a year | twelve | months; a decade | ten | years; a century | one hundred | years; a kilometre | one thousand | metres
    a foot | twelve | inches; a yard | three | feet; a dollar | one hundred | cents; a triangle | three | sides
    a square | four | sides; a hand | five | fingers; a spider | eight | legs; an insect | six | legs
    a football team | eleven | players
    a chess board | sixty-four | squares; a bicycle | two | wheels; a car | four | wheels; an octopus | eight | arms
    a guitar | six | strings; a violin | four | strings; a coin | two | sides; a cube | six | faces
    a rainbow | seven | colours; a quartet | four | members; a trio | three | members; a bird | two | wings; a horse | four | legs
    a fortnight | fourteen | days; the English alphabet | twenty-six | letters; a cat | four | paws; a face | two | eyes
    """,
    training="""
    {whole} has {number} {parts}.
    Count the {parts} of {whole} and you reach {number}.
    """,
    held_out="""
    With fewer than {number} {parts}, {whole} would not be complete.
    """,
)

PLANETS = Facts(
    columns="near far",
    rows="""
    Mercury | Venus; Mercury | Mars; Mercury | Saturn; Venus | the earth; Venus | Mars; Venus | Jupiter; the earth | Mars
    the earth | Saturn; the earth | Neptune; Mars | Jupiter; Mars | Saturn; Mars | Uranus; Jupiter | Saturn; Jupiter | Neptune
    Saturn | Uranus; Saturn | Neptune; Uranus | Neptune; Mercury | the earth; Venus | Neptune; the earth | Jupiter
    """,
    training="""
    {near} is closer to the sun than {far}.
    {far} is farther away from the sun than {near}.
    """,
    held_out="""
    Starting from the sun, a rocket would reach {near} before {far}.
    """,
)

NUMBERS = (FOLLOWING, SUMS, PRODUCTS, DOUBLES, ALPHABET, MONTHS, WEEKDAYS, COUNTS, PLANETS)
