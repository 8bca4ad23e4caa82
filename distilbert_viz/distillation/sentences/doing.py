"""What people do every day, in sport, with a tool, and in a place."""

from .facts import Facts

HABITS = Facts(
    columns="base third past doing object",
    rows="""
    eat | eats | ate | eating | an apple; drink | drinks | drank | drinking | tea; read | reads | read | reading | a book
    write | writes | wrote | writing | a letter; sing | sings | sang | singing | a song; draw | draws | drew | drawing | a picture
    drive | drives | drove | driving | a car; ride | rides | rode | riding | a bicycle; build | builds | built | building | a tower
    buy | buys | bought | buying | bread; sell | sells | sold | selling | flowers; catch | catches | caught | catching | a ball
    throw | throws | threw | throwing | a ball
    teach | teaches | taught | teaching | a class
    hear | hears | heard | hearing | music; meet | meets | met | meeting | a friend; tell | tells | told | telling | a story
    wear | wears | wore | wearing | a coat; win | wins | won | winning | a game; bring | brings | brought | bringing | flowers
    choose | chooses | chose | choosing | a gift; cut | cuts | cut | cutting | paper; feed | feeds | fed | feeding | the dog
    make | makes | made | making | soup; open | opens | opened | opening | the window; close | closes | closed | closing | the door
    paint | paints | painted | painting | a wall; plant | plants | planted | planting | a tree
    play | plays | played | playing | the piano; watch | watches | watched | watching | a film
    wash | washes | washed | washing | the dishes; clean | cleans | cleaned | cleaning | the room
    cook | cooks | cooked | cooking | rice; bake | bakes | baked | baking | a cake; call | calls | called | calling | a friend
    visit | visits | visited | visiting | a museum; carry | carries | carried | carrying | a bag
    climb | climbs | climbed | climbing | a hill; study | studies | studied | studying | history
    sweep | sweeps | swept | sweeping | the floor; pay | pays | paid | paying | the bill; light | lights | lit | lighting | a candle
    send | sends | sent | sending | a card; fly | flies | flew | flying | a kite; dig | digs | dug | digging | a hole
    """,
    training="""
    Yesterday she {past} {object}.
    Every day he {third} {object}.
    At this moment they are {doing} {object}.
    Tomorrow we will {base} {object}.
    """,
    held_out="""
    Her best friend asked her to {base} {object}.
    After {doing} {object}, the old man went home.
    """,
)

SPORTS = Facts(
    columns="base doing past where",
    rows="""
    play tennis | playing tennis | played tennis | on a court; play basketball | playing basketball | played basketball | on a court
    play football | playing football | played football | on a field; play golf | playing golf | played golf | on a golf course
    play hockey | playing hockey | played hockey | on the ice; play chess | playing chess | played chess | on a board
    swim | swimming | swam | in a pool; box | boxing | boxed | in a ring; ski | skiing | skied | on the snow
    sail | sailing | sailed | on the lake; row | rowing | rowed | on the river; surf | surfing | surfed | on the waves
    run | running | ran | on a track; skate | skating | skated | on the ice; dive | diving | dived | into the water
    climb | climbing | climbed | in the mountains; dance | dancing | danced | on the dance floor
    wrestle | wrestling | wrestled | on a mat; play rugby | playing rugby | played rugby | on a field
    """,
    training="""
    People {base} {where}.
    Her uncle likes {doing} {where}.
    The two friends {past} {where} all afternoon.
    """,
    held_out="""
    The women met at ten to {base} {where}.
    """,
)

TOOLS = Facts(
    columns="tool base doing past object",
    rows="""
    a saw | cut | cutting | cut | wood; a knife | cut | cutting | cut | bread; a needle | sew | sewing | sewed | clothes
    a broom | sweep | sweeping | swept | the floor; a pen | write | writing | wrote | letters
    a brush | paint | painting | painted | walls; a spoon | eat | eating | ate | soup; a key | open | opening | opened | the door
    a shovel | dig | digging | dug | a hole; an axe | chop | chopping | chopped | wood; a camera | take | taking | took | pictures
    a telescope | watch | watching | watched | the stars; a clock | tell | telling | told | the time
    a ruler | measure | measuring | measured | a line; a net | catch | catching | caught | fish
    a bucket | carry | carrying | carried | water; a comb | arrange | arranging | arranged | hair
    a towel | dry | drying | dried | wet hands; a pot | cook | cooking | cooked | soup; a pan | fry | frying | fried | eggs
    an oven | bake | baking | baked | cakes; a lamp | light | lighting | lit | the room; a phone | call | calling | called | friends
    a computer | write | writing | wrote | programs; a pencil | draw | drawing | drew | pictures
    a map | find | finding | found | the way; a compass | find | finding | found | north
    a bag | carry | carrying | carried | books; a basket | carry | carrying | carried | fruit
    a fork | eat | eating | ate | noodles; a cup | drink | drinking | drank | tea; a glass | drink | drinking | drank | juice
    a match | light | lighting | lit | a fire; a drill | make | making | made | holes
    a dictionary | look up | looking up | looked up | words; a rake | gather | gathering | gathered | leaves
    a sponge | wash | washing | washed | the car; a kettle | boil | boiling | boiled | water
    a stick | play | playing | played | hockey; a racket | play | playing | played | tennis
    """,
    training="""
    You can use {tool} to {base} {object}.
    People use {tool} for {doing} {object}.
    With the help of {tool}, he {past} {object}.
    Without {tool} it is not easy to {base} {object}.
    """,
    held_out="""
    {doing} {object} is a good reason to own {tool}.
    His grandmother bought {tool} because she wanted to {base} {object}.
    """,
)

PLACES = Facts(
    columns="at place base doing past",
    rows="""
    in | the kitchen | cook meals | cooking meals | cooked meals; in | the bedroom | sleep | sleeping | slept
    in | the bathroom | wash clothes | washing clothes | washed clothes
    in | the dining room | eat dinner | eating dinner | ate dinner; on | the stage | sing | singing | sang
    in | the classroom | learn grammar | learning grammar | learned grammar
    in | the library | read books | reading books | read books; in | the church | pray | praying | prayed
    in | the office | write reports | writing reports | wrote reports; in | the mosque | pray | praying | prayed
    in | the garden | plant roses | planting roses | planted roses; in | the temple | pray | praying | prayed
    in | the gym | lift weights | lifting weights | lifted weights; in | the pool | swim | swimming | swam
    in | the theatre | watch a play | watching a play | watched a play
    in | the cinema | watch a film | watching a film | watched a film
    in | the restaurant | order dinner | ordering dinner | ordered dinner
    in | the museum | look at paintings | looking at paintings | looked at paintings
    at | the station | wait for a train | waiting for a train | waited for a train
    at | the airport | board a plane | boarding a plane | boarded a plane
    at | the market | buy vegetables | buying vegetables | bought vegetables
    at | the bakery | buy bread | buying bread | bought bread; at | the post office | send parcels | sending parcels | sent parcels
    on | the beach | lie in the sun | lying in the sun | lay in the sun
    in | the stadium | watch football | watching football | watched football
    at | the zoo | look at lions | looking at lions | looked at lions
    in | the park | walk the dog | walking the dog | walked the dog; at | the bank | change money | changing money | changed money
    in | the laboratory | test new drugs | testing new drugs | tested new drugs
    in | the studio | record songs | recording songs | recorded songs; in | the factory | build cars | building cars | built cars
    at | the port | load ships | loading ships | loaded ships; in | the garage | repair a car | repairing a car | repaired a car
    in | the forest | gather mushrooms | gathering mushrooms | gathered mushrooms
    in | the hotel | rent a room | renting a room | rented a room
    """,
    training="""
    You can {base} {at} {place}.
    {place} is a place to {base}.
    The whole family went to {place} to {base}.
    Last week we {past} {at} {place}.
    She is {doing} {at} {place} now.
    """,
    held_out="""
    Anyone who wishes to {base} should look for {place}.
    He was {doing} while his wife waited near {place}.
    """,
)

DOING = (HABITS, SPORTS, TOOLS, PLACES)
