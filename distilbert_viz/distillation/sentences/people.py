"""People: their work, their families, their bodies and clothes, and some who are remembered."""

from .facts import Facts

TRADES = Facts(
    columns="person base third past object place",
    rows="""
    baker | bake | bakes | baked | bread | in a bakery; cook | cook | cooks | cooked | meals | in a kitchen
    teacher | teach | teaches | taught | children | at a school; doctor | treat | treats | treated | sick people | in a hospital
    nurse | help | helps | helped | patients | in a hospital; farmer | grow | grows | grew | corn | on a farm
    gardener | plant | plants | planted | flowers | in a garden; tailor | sew | sews | sewed | clothes | in a shop
    carpenter | build | builds | built | tables | in a workshop; miner | dig | digs | dug | coal | in a mine
    painter | paint | paints | painted | pictures | in a studio; sculptor | carve | carves | carved | statues | in a studio
    singer | sing | sings | sang | songs | on a stage; actor | play | plays | played | roles | in a theatre
    writer | write | writes | wrote | books | at a desk; lawyer | defend | defends | defended | people | in a court
    librarian | lend | lends | lent | books | in a library; fisher | catch | catches | caught | fish | on a boat
    shepherd | guard | guards | guarded | sheep | in the hills; dentist | repair | repairs | repaired | teeth | in a clinic
    barber | cut | cuts | cut | hair | in a shop
    mechanic | fix | fixes | fixed | cars | in a garage; potter | make | makes | made | pots | in a workshop
    weaver | weave | weaves | wove | cloth | in a workshop; architect | design | designs | designed | houses | in an office
    photographer | take | takes | took | pictures | in a studio; coach | train | trains | trained | players | in a stadium
    editor | correct | corrects | corrected | texts | in an office; banker | lend | lends | lent | money | in a bank
    driver | drive | drives | drove | buses | in the city; butcher | sell | sells | sold | meat | in a shop
    merchant | sell | sells | sold | goods | at a market; biologist | study | studies | studied | plants | in a laboratory
    astronomer | study | studies | studied | stars | in an observatory; poet | write | writes | wrote | poems | at a desk
    programmer | write | writes | wrote | programs | in an office; composer | write | writes | wrote | music | at a piano
    clown | tell | tells | told | jokes | in a circus; musician | play | plays | played | music | on a stage
    """,
    training="""
    A {person} {third} {object}.
    The job of a {person} is to {base} {object}.
    My sister is a {person}, so she {third} {object}.
    His brother became a {person} and {past} {object} for many years.
    The {person} works {place}.
    Her mother {past} {object} {place} when she was a {person}.
    You can ask a {person} to {base} {object}.
    """,
    held_out="""
    Someone who {third} {object} for a living is probably a {person}.
    When he grows up, he wants to be a {person} and {base} {object}.
    {place}, a friendly {person} was waiting for us.
    """,
)

REMEMBERED = Facts(
    columns="name work country",
    rows="""
    Marie Curie | scientist | Poland; Mozart | composer | Austria; Shakespeare | writer | England; Picasso | painter | Spain
    Einstein | physicist | Germany; Frida Kahlo | painter | Mexico; Jane Austen | writer | England; Chopin | composer | Poland
    Homer | poet | Greece; Sappho | poet | Greece; Dante | poet | Italy; Galileo | scientist | Italy; Newton | scientist | England
    Plato | philosopher | Greece; Tolstoy | writer | Russia; Tagore | poet | India; Confucius | philosopher | China
    Li Bai | poet | China; Murasaki Shikibu | writer | Japan; Chinua Achebe | writer | Nigeria; Cleopatra | queen | Egypt
    Ada Lovelace | mathematician | England; Emily Dickinson | poet | the United States; Agatha Christie | writer | England
    Victor Hugo | writer | France; Monet | painter | France; Ibsen | writer | Norway; Selma Lagerlöf | writer | Sweden
    Hans Christian Andersen | writer | Denmark; Gabriela Mistral | poet | Chile; Clara Schumann | pianist | Germany
    Rembrandt | painter | the Netherlands; Bach | composer | Germany; Wangari Maathai | scientist | Kenya
    Aretha Franklin | singer | the United States; Edith Piaf | singer | France; Darwin | scientist | England
    Virginia Woolf | writer | England; Pablo Neruda | poet | Chile; Miriam Makeba | singer | South Africa
    """,
    training="""
    {name} was a famous {work} from {country}.
    The {work} {name} came from {country}.
    """,
    held_out="""
    People in {country} still remember {name}, a great {work}.
    """,
)

FAMILY = Facts(
    columns="relation person result",
    rows="""
    mother | mother | grandmother; father | mother | grandfather; mother | father | grandmother; father | father | grandfather
    sister | mother | aunt; brother | mother | uncle; sister | father | aunt; brother | father | uncle; son | uncle | cousin
    daughter | uncle | cousin; son | aunt | cousin; daughter | aunt | cousin; son | brother | nephew; son | sister | nephew
    daughter | brother | niece; daughter | sister | niece; son | son | grandson; son | daughter | grandson
    daughter | son | granddaughter; daughter | daughter | granddaughter; wife | brother | sister-in-law
    husband | sister | brother-in-law; father | wife | father-in-law; mother | wife | mother-in-law
    father | husband | father-in-law; mother | husband | mother-in-law
    """,
    training="""
    The {relation} of your {person} is your {result}.
    She loved her {result}, who was the {relation} of her {person}.
    """,
    held_out="""
    If my {person} has a {relation}, then I have a {result}.
    """,
)

COUPLES = Facts(
    columns="male female",
    rows="""
    father | mother; brother | sister; son | daughter; uncle | aunt; king | queen; prince | princess; husband | wife
    nephew | niece; grandfather | grandmother; grandson | granddaughter; actor | actress; waiter | waitress; hero | heroine
    duke | duchess; groom | bride; emperor | empress; monk | nun; wizard | witch; count | countess; lord | lady
    """,
    training="""
    The {male} and the {female} sang a song together.
    The {female} helped the {male}, and the {male} thanked the {female}.
    For a woman the word is {female}, and for a man it is {male}.
    """,
    held_out="""
    Neither the {male} nor the {female} was at home that evening.
    """,
)

BODY = Facts(
    columns="part base",
    rows="""
    eyes | see; ears | hear; nose | smell; tongue | taste; hands | hold things; legs | walk; teeth | chew; brain | think
    lungs | breathe; mouth | speak; skin | feel heat; fingers | count; feet | kick a ball; arms | carry bags
    muscles | move; voice | sing; lips | whistle; knees | kneel; throat | swallow; memory | remember names
    """,
    training="""
    We use our {part} to {base}.
    With their {part}, people can {base}.
    Thanks to his {part}, the boy is able to {base}.
    """,
    held_out="""
    It would be hard to {base} if we had no {part}.
    """,
)

CLOTHES = Facts(
    columns="item on part",
    rows="""
    a hat | on | head; a cap | on | head; a crown | on | head; a helmet | on | head; a wig | on | head; shoes | on | feet
    boots | on | feet; socks | on | feet; sandals | on | feet; slippers | on | feet; gloves | on | hands; a ring | on | finger
    a watch | on | wrist; a bracelet | around | wrist; a scarf | around | neck; a tie | around | neck; a necklace | around | neck
    a chain | around | neck; a belt | around | waist; a mask | over | face; a veil | over | face; glasses | on | nose
    earrings | in | ears; a bandage | around | arm; a bag | on | back; a shawl | around | shoulders; a hood | over | head
    """,
    training="""
    You wear {item} {on} your {part}.
    The actor had {item} {on} his {part}.
    She wore {item} {on} her {part} at the party.
    """,
    held_out="""
    Without {item}, his {part} looked strangely bare.
    """,
)

PEOPLE = (TRADES, REMEMBERED, FAMILY, COUPLES, BODY, CLOTHES)
