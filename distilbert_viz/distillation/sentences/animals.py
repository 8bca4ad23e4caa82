"""Animals: what they are, eat, say and can do, where they live, and what their young are called."""

from .facts import Facts

BODIES = Facts(
    columns="animal plural kind legs cover food",
    rows="""
    dog | dogs | mammal | four | fur | meat; cat | cats | mammal | four | fur | fish; lion | lions | mammal | four | fur | meat
    horse | horses | mammal | four | hair | grass; cow | cows | mammal | four | hair | grass
    sheep | sheep | mammal | four | wool | grass; goat | goats | mammal | four | hair | leaves
    rabbit | rabbits | mammal | four | fur | grass; mouse | mice | mammal | four | fur | seeds
    rat | rats | mammal | four | fur | grain; tiger | tigers | mammal | four | fur | meat
    wolf | wolves | mammal | four | fur | meat; fox | foxes | mammal | four | fur | mice
    bear | bears | mammal | four | fur | berries; deer | deer | mammal | four | hair | leaves
    elephant | elephants | mammal | four | thick skin | leaves; camel | camels | mammal | four | hair | plants
    donkey | donkeys | mammal | four | hair | grass; zebra | zebras | mammal | four | hair | grass
    giraffe | giraffes | mammal | four | hair | leaves; squirrel | squirrels | mammal | four | fur | nuts
    panda | pandas | mammal | four | fur | bamboo; otter | otters | mammal | four | fur | fish
    leopard | leopards | mammal | four | fur | meat; ox | oxen | mammal | four | hair | hay
    hen | hens | bird | two | feathers | seeds; duck | ducks | bird | two | feathers | plants
    goose | geese | bird | two | feathers | grass; eagle | eagles | bird | two | feathers | meat
    owl | owls | bird | two | feathers | mice; parrot | parrots | bird | two | feathers | fruit
    penguin | penguins | bird | two | feathers | fish; swan | swans | bird | two | feathers | plants
    crow | crows | bird | two | feathers | insects; sparrow | sparrows | bird | two | feathers | seeds
    pigeon | pigeons | bird | two | feathers | grain; hawk | hawks | bird | two | feathers | meat
    crocodile | crocodiles | reptile | four | scales | meat; lizard | lizards | reptile | four | scales | insects
    ant | ants | insect | six | a hard shell | sugar; beetle | beetles | insect | six | a hard shell | leaves
    """,
    training="""
    A {animal} is a {kind} with {legs} legs.
    {plural} like to eat {food}.
    The body of a {animal} is covered with {cover}.
    The children watched the {plural} eat {food}.
    The {kind} that we saw first was a {animal}.
    """,
    held_out="""
    A hungry {animal} went out to look for some {food}.
    Nobody has ever counted more than {legs} legs on a healthy {animal}.
    On one page of the picture book, a {animal} stood among other {kind}s.
    """,
)

SOUNDS = Facts(
    columns="animal sound sounds sounded sounding",
    rows="""
    dog | bark | barks | barked | barking; cow | moo | moos | mooed | mooing; pig | grunt | grunts | grunted | grunting
    lion | roar | roars | roared | roaring; tiger | roar | roars | roared | roaring; wolf | howl | howls | howled | howling
    duck | quack | quacks | quacked | quacking; bee | buzz | buzzes | buzzed | buzzing; fly | buzz | buzzes | buzzed | buzzing
    snake | hiss | hisses | hissed | hissing; owl | hoot | hoots | hooted | hooting; mouse | squeak | squeaks | squeaked | squeaking
    bird | sing | sings | sang | singing; bear | growl | growls | growled | growling; horse | neigh | neighs | neighed | neighing
    cricket | chirp | chirps | chirped | chirping; goose | honk | honks | honked | honking; seal | bark | barks | barked | barking
    cat | purr | purrs | purred | purring; sheep | bleat | bleats | bleated | bleating; frog | croak | croaks | croaked | croaking
    crow | caw | caws | cawed | cawing; eagle | scream | screams | screamed | screaming
    """,
    training="""
    I can hear a {animal} {sound}.
    When a {animal} makes its sound, it {sounds}.
    Near the old house a {animal} {sounded} all morning.
    Listen to the {animal}, which is {sounding} again.
    """,
    held_out="""
    What woke us up was the {sounding} of a {animal}.
    """,
)

YOUNG = Facts(
    columns="animal plural young",
    rows="""
    dog | dogs | puppy; cat | cats | kitten; cow | cows | calf; horse | horses | foal; sheep | sheep | lamb; goat | goats | kid
    pig | pigs | piglet; lion | lions | cub; bear | bears | cub; tiger | tigers | cub; fox | foxes | cub; hen | hens | chick
    duck | ducks | duckling; deer | deer | fawn; kangaroo | kangaroos | joey; wolf | wolves | pup; seal | seals | pup
    elephant | elephants | calf; whale | whales | calf; giraffe | giraffes | calf; zebra | zebras | foal
    donkey | donkeys | foal; penguin | penguins | chick; leopard | leopards | cub
    """,
    training="""
    A young {animal} is called a {young}.
    A {young} grows up to be a {animal}.
    The {young} stayed close to its mother, a big {animal}.
    {plural} take good care of every {young}.
    """,
    held_out="""
    What we call a {young} today will be a full-grown {animal} one day.
    """,
)

HABITATS = Facts(
    columns="animal plural place",
    rows="""
    camel | camels | in the desert; scorpion | scorpions | in the desert; whale | whales | in the ocean
    shark | sharks | in the sea; dolphin | dolphins | in the sea; octopus | octopuses | in the sea; crab | crabs | on the beach
    salmon | salmon | in cold water; trout | trout | in fresh water; frog | frogs | near a pond
    crocodile | crocodiles | in warm water
    hippo | hippos | in the rivers of Africa; lion | lions | in Africa; zebra | zebras | in Africa; giraffe | giraffes | in Africa
    tiger | tigers | in the forests of Asia; panda | pandas | in the mountains of China; kangaroo | kangaroos | in Australia
    koala | koalas | in the trees of Australia; penguin | penguins | in the south; polar bear | polar bears | in the Arctic
    monkey | monkeys | in the jungle; parrot | parrots | in the jungle; owl | owls | in the forest; deer | deer | in the forest
    squirrel | squirrels | in the trees; fox | foxes | in a den; rabbit | rabbits | in a burrow; mole | moles | under the ground
    worm | worms | in the soil; bat | bats | in a dark cave; bee | bees | in a hive; ant | ants | in a nest
    cow | cows | on a farm; pig | pigs | on a farm; hen | hens | on a farm; goldfish | goldfish | in a tank
    swan | swans | on a lake; horse | horses | in a stable; wolf | wolves | in the woods; elephant | elephants | in Africa
    """,
    training="""
    {plural} live {place}.
    You can often find {plural} {place}.
    The girls saw a {animal} {place}.
    A {animal} feels at home {place}.
    """,
    held_out="""
    {place}, a sleepy {animal} was resting after its meal.
    """,
)

ABILITIES = Facts(
    columns="animal can cannot",
    rows="""
    penguin | swim | fly; ostrich | run | fly; dolphin | swim | walk; whale | swim | walk; horse | run | fly
    kangaroo | jump | fly; monkey | climb | fly; mole | dig | fly; eagle | fly | speak; snake | crawl | walk; swan | fly | read
    dog | bark | talk; goat | climb | fly; rabbit | jump | read; shark | swim | run; tiger | climb | fly; bee | fly | sing
    elephant | swim | jump; worm | crawl | run; cat | climb | talk
    """,
    training="""
    A {animal} can {can}, but it cannot {cannot}.
    No {animal} in the world can {cannot}.
    """,
    held_out="""
    It would be strange to see a {animal} {cannot}.
    """,
)

SEXES = Facts(
    columns="male female",
    rows="""
    bull | cow; stallion | mare; lion | lioness; ram | ewe; boar | sow; stag | doe; drake | duck; gander | goose; rooster | hen
    tiger | tigress; peacock | peahen
    """,
    training="""
    The {male} is male, and the {female} is female.
    A {female} can be a mother, and a {male} can be a father.
    """,
    held_out="""
    In the painting, a {male} stands on the left and a {female} on the right.
    """,
)

ANIMALS = (BODIES, SOUNDS, YOUNG, HABITATS, ABILITIES, SEXES)
