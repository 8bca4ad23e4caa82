"""How words hang together: opposites, words of like meaning, plurals, kinds and parts."""

from .facts import Facts

OPPOSITES = Facts(
    columns="first second",
    rows="""
    up | down; in | out; over | under; before | after; always | never; yes | no; left | right; north | south; east | west
    day | night; love | hate; war | peace; friend | enemy; begin | end; buy | sell; give | take; push | pull; win | lose
    laugh | cry; inside | outside; above | below; more | less; first | last; many | few; life | death; top | bottom
    front | back; question | answer; truth | lie; success | failure; entrance | exit; arrive | leave; remember | forget
    rise | fall; come | go; teach | learn; build | destroy; save | spend; float | sink; freeze | melt; lend | borrow
    victory | defeat; attack | defend; accept | refuse; increase | decrease; heaven | hell
    """,
    training="""
    The word {first} is the opposite of the word {second}.
    {first} and {second} have opposite meanings.
    """,
    held_out="""
    If you turn the meaning of {first} around, you get {second}.
    """,
)

OF_THINGS = Facts(
    columns="first second",
    rows="""
    big | small; hot | cold; new | old; heavy | light; long | short; high | low; wide | narrow; clean | dirty; dry | wet
    soft | hard; full | empty; open | closed; thick | thin; cheap | expensive; bright | dark; deep | shallow; smooth | rough
    sharp | dull; loud | quiet; strong | weak; fresh | stale; sweet | bitter; simple | complex; good | bad
    beautiful | ugly; modern | ancient; public | private; visible | hidden; rare | common; useful | useless
    safe | dangerous; raw | cooked; tight | loose; straight | curved
    """,
    training="""
    Something that is {first} is not {second}.
    One of them is {first}, and the other is {second}.
    What was {first} before is {second} now.
    """,
    held_out="""
    Do not call it {first} if you really mean {second}.
    """,
)

OF_PEOPLE = Facts(
    columns="first second",
    rows="""
    happy | sad; young | old; rich | poor; tall | short; kind | cruel; brave | afraid; polite | rude; busy | idle
    asleep | awake; healthy | sick; married | single; unknown | famous; hungry | full; foolish | wise; friendly | hostile
    strong | weak; guilty | innocent; absent | present; nervous | calm; proud | humble; honest | dishonest
    patient | impatient; careless | careful; greedy | generous; quiet | loud
    """,
    training="""
    She is {first}, but her neighbour is {second}.
    He was once {first}, but now he is {second}.
    A person who is {second} is not {first}.
    """,
    held_out="""
    Nobody can be both {first} and {second} at the same moment.
    """,
)

ALIKE = Facts(
    columns="first second",
    rows="""
    big | large; small | little; quick | fast; begin | start; end | finish; shut | close; happy | glad; sick | ill
    smart | clever; rich | wealthy; speak | talk; buy | purchase; help | assist; silent | quiet; angry | mad; road | street
    child | kid; woman | lady; gift | present; job | work; stone | rock; picture | image; answer | reply; error | mistake
    choose | select; correct | right; strange | odd; huge | enormous; tiny | small; jump | leap; sad | unhappy
    doctor | physician; nation | country; film | movie; story | tale; brave | courageous; easy | simple; hard | difficult
    """,
    training="""
    {first} means almost the same as {second}.
    Another word for {first} is {second}.
    """,
    held_out="""
    Writers may put {second} in place of {first}.
    """,
)

PLURALS = Facts(
    columns="one many",
    rows="""
    mouse | mice; child | children; man | men; woman | women; foot | feet; tooth | teeth; goose | geese; leaf | leaves
    knife | knives; wolf | wolves; sheep | sheep; fish | fish; deer | deer; ox | oxen; person | people
    baby | babies; city | cities; story | stories; box | boxes; bus | buses; class | classes; glass | glasses
    potato | potatoes; tomato | tomatoes; hero | heroes; church | churches; brush | brushes; lady | ladies; party | parties
    country | countries; army | armies; family | families; shelf | shelves; thief | thieves; dress | dresses
    echo | echoes; key | keys
    """,
    training="""
    One {one}, two {many}.
    The plural of {one} is {many}.
    There was one {one} here, and now there are three {many}.
    """,
    held_out="""
    Where I had seen only one {one}, my friend saw a dozen {many}.
    """,
)

KINDS = Facts(
    columns="thing kind",
    rows="""
    an apple | fruit; a pear | fruit; a banana | fruit; a peach | fruit; a mango | fruit; a carrot | vegetable
    an onion | vegetable; a potato | vegetable; a cabbage | vegetable; a rose | flower; a tulip | flower; a lily | flower
    an oak | tree; a pine | tree; a birch | tree; a willow | tree; a hammer | tool; an axe | tool; a violin | musical instrument
    a flute | musical instrument; a car | vehicle; a truck | vehicle; football | sport; tennis | sport; hockey | sport
    chess | game; poker | game; a salmon | fish; a trout | fish; a shark | fish; an eagle | bird; an owl | bird; a bee | insect
    a butterfly | insect; a cobra | snake; gold | metal; iron | metal; copper | metal; silver | metal; oxygen | gas
    helium | gas; a ruby | stone; a shirt | garment; a skirt | garment; milk | drink; coffee | drink; a waltz | dance
    a tango | dance; a novel | book; a dictionary | book; a yacht | boat; a canoe | boat; anger | feeling; joy | feeling
    physics | science; biology | science; a castle | building; a church | building
    """,
    training="""
    {thing} is a kind of {kind}.
    We were asked to name a {kind}, and I thought of {thing}.
    {thing} is only one example of a {kind}.
    """,
    held_out="""
    Not every {kind} is {thing}, although {thing} is a {kind}.
    """,
)

PARTS = Facts(
    columns="part whole",
    rows="""
    a wheel | a car; a page | a book; a leaf | a tree; a roof | a house; a finger | a hand; a toe | a foot; a string | a guitar
    a sail | a ship; a wing | a bird; a petal | a flower; a branch | a tree; a sleeve | a shirt; a screen | a computer
    an engine | a car; a letter | a word; a word | a sentence; a room | a house; a street | a city; a player | a team
    a pupil | a class; a soldier | an army; a tree | a forest; a month | a year; a day | a week; a minute | an hour
    a second | a minute; a chapter | a novel; a verse | a poem; a blade | a knife; a button | a shirt; a pedal | a bicycle
    a lens | a camera; a bone | a skeleton; a scene | a play; a brick | a wall; a drawer | a desk; a singer | a choir
    a star | a galaxy; a village | a country; a heel | a shoe; a mast | a ship
    """,
    training="""
    {part} is part of {whole}.
    {part} belongs to {whole}.
    {whole} is much more than {part}.
    """,
    held_out="""
    Many parts make up {whole}, and {part} is just one of them.
    """,
)

WORDS = (OPPOSITES, OF_THINGS, OF_PEOPLE, ALIKE, PLURALS, KINDS, PARTS)
