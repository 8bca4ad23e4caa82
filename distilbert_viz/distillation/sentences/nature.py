"""What the world is like: colours and qualities, plants, causes, seasons, and which of two is bigger."""

from .facts import Facts

COLOURS = Facts(
    columns="thing colour",
    rows="""
    grass | green; snow | white; blood | red; coal | black; milk | white; a lemon | yellow; a banana | yellow; a tomato | red
    a strawberry | red; a carrot | orange; an orange | orange; chocolate | brown; a crow | black; a swan | white; a frog | green
    butter | yellow; salt | white; sugar | white; rice | white; flour | white; chalk | white; cotton | white; honey | golden
    an elephant | grey; a polar bear | white; a pea | green; a cucumber | green; a cherry | red; a fire engine | red
    a plum | purple; a flamingo | pink; a sunflower | yellow; ash | grey; an emerald | green; a ruby | red
    a sapphire | blue; charcoal | black; smoke | grey; a cloud | white; a pumpkin | orange; soil | brown; a raven | black
    """,
    training="""
    The colour of {thing} is usually {colour}.
    {thing} is {colour}, as every child knows.
    In his picture, {thing} was {colour}.
    His new coat is as {colour} as {thing}.
    """,
    held_out="""
    Think of {thing}, and you will think of something {colour}.
    """,
)

MIXTURES = Facts(
    columns="first second mixture",
    rows="""
    red | yellow | orange; blue | yellow | green; red | blue | purple; black | white | grey; red | white | pink
    yellow | red | orange; yellow | blue | green; blue | red | purple; white | black | grey; white | red | pink
    """,
    training="""
    If you mix {first} paint with {second} paint, you get {mixture}.
    The painter needed {mixture}, so he mixed {first} and {second}.
    """,
    held_out="""
    A little {first} and a little {second} together give {mixture}.
    """,
)

QUALITIES = Facts(
    columns="thing quality",
    rows="""
    ice | cold; fire | hot; sugar | sweet; a lemon | sour; sea water | salty; a feather | light; stone | hard; honey | sticky
    steel | strong; silk | smooth; the desert | dry; a needle | sharp; a turtle | slow; the ocean | deep; an elephant | heavy
    an ant | small; a giraffe | tall; gold | expensive; a pillow | soft; a whale | big; a snake | long; a cheetah | fast
    summer | warm; winter | cold; rain | wet; glass | easy to break; thunder | loud
    a whisper | quiet; lead | heavy; paper | thin; a mountain | high; the moon | round; a lion | strong; the sun | bright
    """,
    training="""
    Everybody knows that {thing} is {quality}.
    A child once asked why {thing} is so {quality}.
    Nobody is surprised that {thing} is {quality}.
    """,
    held_out="""
    People often say that something is as {quality} as {thing}.
    """,
)

PLANTS = Facts(
    columns="plant where",
    rows="""
    apples | on trees; pears | on trees; oranges | on trees; lemons | on trees; cherries | on trees; olives | on trees
    peaches | on trees; dates | on palm trees; coconuts | on palm trees; potatoes | under the ground; carrots | under the ground
    peanuts | under the ground; grapes | on vines; pumpkins | on the ground; mushrooms | in the forest; roses | in gardens
    tulips | in gardens; berries | on bushes; peas | in pods; beans | in pods; cabbages | in fields
    """,
    training="""
    {plant} grow {where}.
    The farmer showed us {plant} that grew {where}.
    """,
    held_out="""
    Every year, many new {plant} appear {where}.
    """,
)

CAUSES = Facts(
    columns="cause effect",
    rows="""
    it rains | the streets get wet; it snows | the ground turns white; the sun shines | the air gets warm
    the wind blows | the leaves move; the sun sets | the night begins; the sun rises | the day begins
    you heat the ice | the ice melts; the water is hot enough | the water boils; you drop a glass | the glass breaks
    a light turns red | the cars stop; a light turns green | the cars move
    the bell rings | the lesson ends; the joke is good | people laugh
    a team wins | the fans are happy; the battery is empty | the phone stops; there is fog | drivers see less
    it is very cold | lakes freeze; it is very hot | people drink more; it gets dark | people turn on the lights
    the baby is hungry | the baby cries; the dog is happy | the dog moves its tail; you cut your finger | the finger bleeds
    you close your eyes | the world goes dark; the concert ends | the audience claps
    you add sugar | the tea tastes sweet; the river rises too high | the fields flood; you read a lot | you learn a lot
    you run fast | your heart beats faster; prices rise | people buy less; the teacher speaks | the class listens
    """,
    training="""
    When {cause}, {effect}.
    {effect} whenever {cause}.
    It is no surprise that {effect} if {cause}.
    """,
    held_out="""
    First {cause}, and a little later {effect}.
    """,
)

SEASONS = Facts(
    columns="season event",
    rows="""
    spring | flowers bloom; spring | the snow melts; spring | birds build nests; spring | farmers sow their seeds
    spring | trees turn green; summer | the days are long; summer | people swim in lakes; summer | the sun is strong
    summer | ice cream sells well; autumn | apples are ripe; autumn | leaves turn brown; autumn | birds fly south
    autumn | the days grow shorter; autumn | farmers gather the harvest; winter | the nights are long
    winter | children build snowmen; winter | people wear warm coats; winter | lakes freeze; winter | many bears sleep
    """,
    training="""
    In {season} {event}.
    {event} when {season} comes.
    """,
    held_out="""
    Of all seasons, {season} is the one in which {event}.
    """,
)

COMPARED = Facts(
    columns="first more second less",
    rows="""
    an elephant | bigger | a mouse | smaller; a horse | larger | a dog | smaller; a bear | stronger | a fox | weaker
    a lion | stronger | a rabbit | weaker; a car | faster | a bicycle | slower; a mountain | higher | a hill | lower
    gold | heavier | wood | lighter; ice | colder | steam | warmer; the sun | hotter | the moon | colder
    summer | warmer | winter | colder; a year | longer | a month | shorter; a day | longer | an hour | shorter
    iron | harder | butter | softer; a ship | larger | a canoe | smaller; a city | larger | a village | smaller
    a plane | faster | a train | slower; a giraffe | taller | a horse | shorter; a stone | heavier | a feather | lighter
    a horse | faster | a snail | slower; silver | cheaper | gold | more expensive; a minute | longer | a second | shorter
    a shout | louder | a whisper | quieter; a tree | taller | a flower | shorter; Russia | larger | France | smaller
    China | bigger | Japan | smaller; Africa | larger | Europe | smaller; Jupiter | bigger | Mars | smaller
    diamond | harder | glass | softer; a bus | longer | a bicycle | shorter; steel | stronger | paper | weaker
    a road | wider | a path | narrower; an adult | older | a child | younger; a whale | heavier | a dolphin | lighter
    fire | hotter | ice | colder; the ocean | deeper | a pond | shallower; a week | longer | a day | shorter
    honey | sweeter | milk | less sweet; noon | brighter | midnight | darker; Brazil | larger | Chile | smaller
    """,
    training="""
    {first} is {more} than {second}.
    {second} is {less} than {first}.
    Compared with {second}, {first} is clearly {more}.
    """,
    held_out="""
    Of these two, {second} and {first}, the last one is {more}.
    """,
)

NATURE = (COLOURS, MIXTURES, QUALITIES, PLANTS, CAUSES, SEASONS, COMPARED)
