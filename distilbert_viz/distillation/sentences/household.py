"""Things: where they are kept, what they are made of, how they move and sound, and where they come from."""

from .facts import Facts

KEPT = Facts(
    columns="thing where",
    rows="""
    milk | in the fridge; car | in the garage; book | on the shelf; money | in the bank; plate | on the table
    coat | in the wardrobe; pillow | on the bed; cake | in the oven; picture | on the wall; carpet | on the floor
    knife | in the drawer; stamp | on the envelope; fish | in the tank; bird | in the cage; letter | in the mailbox
    soup | in the bowl; tea | in the cup; wine | in the bottle; boat | in the harbour; horse | in the stable
    soap | in the bathroom; rose | in the vase; trash | in the bin; coin | in the purse; pen | in the pencil case
    computer | on the desk; hay | in the barn; tree | in the garden; baby | in the cradle; chalk | near the blackboard
    """,
    training="""
    The {thing} belongs {where}.
    He looked for the {thing} and found it {where}.
    You can put the {thing} {where}.
    """,
    held_out="""
    Nobody moved the {thing} last night, so it must still be {where}.
    """,
)

MATERIALS = Facts(
    columns="thing material",
    rows="""
    a window | glass; a bottle | glass; a mirror | glass; a table | wood; a door | wood; a fence | wood; a pencil | wood
    a nail | iron; a hammer | steel; a sword | steel; a knife | steel; a coin | metal; a bell | bronze; a ring | gold
    a crown | gold; a necklace | silver; a wire | copper; a brick | clay; a pot | clay; a statue | stone; a book | paper
    a newspaper | paper; a box | cardboard; a ball | rubber; a shirt | cotton
    a sweater | wool; a scarf | wool; a tie | silk; a shoe | leather; a belt | leather; a saddle | leather; a candle | wax
    a bag | plastic; a bucket | plastic; a sail | cloth; a can | tin
    """,
    training="""
    {thing} is often made of {material}.
    The workers used {material} to make {thing}.
    In the museum we saw {thing} made of {material}.
    """,
    held_out="""
    Touch {thing}, and your fingers may feel {material}.
    """,
)

FOODS = Facts(
    columns="food source",
    rows="""
    bread | flour; flour | wheat; cheese | milk; butter | cream; wine | grapes; beer | barley; chocolate | cocoa; jam | fruit
    apple pie | apples; apple juice | apples; orange juice | oranges; lemonade | lemons; tomato soup | tomatoes; cider | apples
    olive oil | olives; yogurt | milk; cream | milk; pasta | flour; sushi | rice; tofu | beans; potato salad | potatoes
    onion soup | onions; chicken soup | chicken; bean soup | beans; corn bread | corn; fruit salad | fruit; mashed potato | potatoes
    ice cream | cream; fish soup | fish; carrot cake | carrots; pumpkin pie | pumpkins; cherry pie | cherries; sugar | sugar cane
    """,
    training="""
    {food} is made from {source}.
    You need {source} to make {food}.
    The cook bought {source} and made some {food}.
    """,
    held_out="""
    With time and patience, {source} can be turned into {food}.
    """,
)

VEHICLES = Facts(
    columns="vehicle where",
    rows="""
    car | on the road; bus | on the road; truck | on the road; bicycle | on the road; train | on rails; tram | on rails
    ship | on the sea; boat | on the water; ferry | on the water; canoe | on the river; plane | in the air; helicopter | in the air
    balloon | in the air; submarine | under the sea; rocket | in space; sled | on the snow; tractor | over the fields
    yacht | on the sea; motorcycle | on the road; subway train | under the city; raft | on the river
    """,
    training="""
    A {vehicle} moves {where}.
    To travel {where}, they needed a {vehicle}.
    You would expect to see a {vehicle} {where}.
    """,
    held_out="""
    The old {vehicle} made its very last trip {where}.
    """,
)

INSTRUMENTS = Facts(
    columns="instrument family how",
    rows="""
    piano | keyboard | by pressing its keys; organ | keyboard | by pressing its keys; violin | string | with a bow
    cello | string | with a bow; viola | string | with a bow; guitar | string | by plucking its strings
    harp | string | by plucking its strings; lute | string | by plucking its strings; banjo | string | by plucking its strings
    drum | percussion | by hitting it; cymbal | percussion | by hitting it; gong | percussion | by hitting it
    flute | wind | by blowing into it; trumpet | wind | by blowing into it; horn | wind | by blowing into it
    clarinet | wind | by blowing into it; saxophone | wind | by blowing into it; tuba | wind | by blowing into it
    trombone | wind | by blowing into it; oboe | wind | by blowing into it; mandolin | string | by plucking its strings
    """,
    training="""
    The {instrument} is a {family} instrument.
    You play the {instrument} {how}.
    My cousin learned to play the {instrument} {how}.
    """,
    held_out="""
    The girl made some music on her {instrument} {how}.
    """,
)

ORIGINS = Facts(
    columns="thing country",
    rows="""
    pizza | Italy; opera | Italy; judo | Japan; karate | Japan; sumo | Japan; manga | Japan
    flamenco | Spain; curry | India; yoga | India; tea | China; paper | China; silk | China; gunpowder | China
    porcelain | China; kung fu | China; chess | India; samba | Brazil; reggae | Jamaica; ska | Jamaica
    champagne | France; golf | Scotland; cricket | England; rugby | England; jazz | the United States
    basketball | the United States; volleyball | the United States; hip hop | the United States; coffee | Ethiopia
    democracy | Greece; country music | the United States; anime | Japan; kabuki | Japan
    """,
    training="""
    {thing} first came from {country}.
    The history of {thing} begins in {country}.
    """,
    held_out="""
    Without {country}, the world might never have known {thing}.
    """,
)

HOUSEHOLD = (KEPT, MATERIALS, FOODS, VEHICLES, INSTRUMENTS, ORIGINS)
