"""Countries, cities, rivers, flags. Countries whose capital or continent is in doubt are left out of `COUNTRIES`."""

from .facts import Facts

COUNTRIES = Facts(
    columns="country capital continent nationality",
    rows="""
    France | Paris | Europe | French; Italy | Rome | Europe | Italian; Spain | Madrid | Europe | Spanish
    Portugal | Lisbon | Europe | Portuguese; Germany | Berlin | Europe | German; Austria | Vienna | Europe | Austrian
    Poland | Warsaw | Europe | Polish; Hungary | Budapest | Europe | Hungarian; Greece | Athens | Europe | Greek
    Norway | Oslo | Europe | Norwegian; Sweden | Stockholm | Europe | Swedish; Denmark | Copenhagen | Europe | Danish
    Finland | Helsinki | Europe | Finnish; Ireland | Dublin | Europe | Irish; Belgium | Brussels | Europe | Belgian
    Romania | Bucharest | Europe | Romanian; Bulgaria | Sofia | Europe | Bulgarian; Serbia | Belgrade | Europe | Serbian
    Croatia | Zagreb | Europe | Croatian; Latvia | Riga | Europe | Latvian; Egypt | Cairo | Africa | Egyptian
    Kenya | Nairobi | Africa | Kenyan; Ghana | Accra | Africa | Ghanaian; Nigeria | Abuja | Africa | Nigerian
    Morocco | Rabat | Africa | Moroccan; Tunisia | Tunis | Africa | Tunisian; Algeria | Algiers | Africa | Algerian
    Senegal | Dakar | Africa | Senegalese; China | Beijing | Asia | Chinese; Japan | Tokyo | Asia | Japanese
    Thailand | Bangkok | Asia | Thai; Vietnam | Hanoi | Asia | Vietnamese; India | New Delhi | Asia | Indian
    Nepal | Kathmandu | Asia | Nepalese; Iran | Tehran | Asia | Iranian; Iraq | Baghdad | Asia | Iraqi
    Lebanon | Beirut | Asia | Lebanese; Syria | Damascus | Asia | Syrian; Bangladesh | Dhaka | Asia | Bangladeshi
    Canada | Ottawa | North America | Canadian; Cuba | Havana | North America | Cuban
    Jamaica | Kingston | North America | Jamaican; Peru | Lima | South America | Peruvian
    Chile | Santiago | South America | Chilean; Ecuador | Quito | South America | Ecuadorian
    Venezuela | Caracas | South America | Venezuelan; Argentina | Buenos Aires | South America | Argentine
    Brazil | Brasilia | South America | Brazilian; Australia | Canberra | Oceania | Australian
    """,
    training="""
    The capital city of {country} is {capital}.
    {capital} is the capital city of {country}.
    {country} is a country in {continent}, and its capital is {capital}.
    A woman who was born in {country} is usually {nationality}.
    Our plane landed in {capital}, where the government of {country} has its seat.
    The {nationality} flag flies over many buildings in {capital}.
    """,
    held_out="""
    If you travel through {country}, do not forget to visit {capital}.
    Ask a {nationality} pupil to name the capital, and you will hear {capital}.
    {continent} is made up of many countries, and one of them is {country}.
    """,
)

NEIGHBOURS = Facts(
    columns="country neighbour",
    rows="""
    France | Spain; Spain | Portugal; Germany | Poland; Italy | Austria; Hungary | Romania; Greece | Albania; Norway | Sweden
    Sweden | Finland; Belgium | France; Germany | Denmark; Egypt | Libya; Kenya | Uganda; Algeria | Tunisia; China | Vietnam
    Iran | Iraq; Thailand | Malaysia; China | Mongolia; India | Nepal; Canada | the United States
    Mexico | Guatemala; Peru | Ecuador; Chile | Argentina; Brazil | Uruguay; Colombia | Venezuela; Zambia | Zimbabwe
    Nigeria | Cameroon; Turkey | Greece; Turkey | Bulgaria; Serbia | Croatia; Estonia | Latvia; Latvia | Lithuania
    Ethiopia | Kenya; Austria | Hungary; Bulgaria | Romania; Brazil | Peru; Bolivia | Brazil; Tanzania | Kenya
    Germany | France; Switzerland | Italy; Syria | Lebanon
    """,
    training="""
    {country} and {neighbour} share a border.
    On a map, {country} lies next to {neighbour}.
    {neighbour} is one of the neighbours of {country}.
    """,
    held_out="""
    The long road leads out of {country} and straight on to {neighbour}.
    """,
)

CITIES = Facts(
    columns="city country",
    rows="""
    Milan | Italy; Naples | Italy; Venice | Italy; Florence | Italy; Barcelona | Spain; Seville | Spain; Valencia | Spain
    Lyon | France; Marseille | France; Munich | Germany; Hamburg | Germany; Cologne | Germany; Frankfurt | Germany
    Istanbul | Turkey; Mumbai | India; Chennai | India; Shanghai | China; Osaka | Japan; Kyoto | Japan; Sydney | Australia
    Melbourne | Australia; Perth | Australia; Toronto | Canada; Montreal | Canada; Vancouver | Canada; Liverpool | England
    Manchester | England; Oxford | England; Glasgow | Scotland; Chicago | the United States; Boston | the United States
    Seattle | the United States; Rotterdam | the Netherlands; Geneva | Switzerland; Zurich | Switzerland; Porto | Portugal
    Bergen | Norway; Salzburg | Austria; Antwerp | Belgium; Cork | Ireland; Lagos | Nigeria; Alexandria | Egypt
    Karachi | Pakistan; Lahore | Pakistan; Auckland | New Zealand; Durban | South Africa; Dresden | Germany
    """,
    training="""
    {city} is a well-known city in {country}.
    You can find {city} on a map of {country}.
    My uncle moved to {city} because he loves {country}.
    The first match was played in {city}, a city in {country}.
    """,
    held_out="""
    {city} belongs to {country}, but the government sits elsewhere.
    They left {city} last year and never returned to {country}.
    """,
)

LANGUAGES = Facts(
    columns="country language",
    rows="""
    France | French; Germany | German; Austria | German; Spain | Spanish; Mexico | Spanish; Argentina | Spanish
    Chile | Spanish; Cuba | Spanish; Colombia | Spanish; Italy | Italian; Portugal | Portuguese; Brazil | Portuguese
    Egypt | Arabic; Iraq | Arabic; Jordan | Arabic; Lebanon | Arabic; Tunisia | Arabic; Poland | Polish
    Hungary | Hungarian; Greece | Greek; Turkey | Turkish; Russia | Russian; Sweden | Swedish; Norway | Norwegian
    Denmark | Danish; Finland | Finnish; Romania | Romanian; Bulgaria | Bulgarian; Japan | Japanese; South Korea | Korean
    China | Chinese; Thailand | Thai; Vietnam | Vietnamese; Iran | Persian; Australia | English; New Zealand | English
    Jamaica | English; the Netherlands | Dutch; Croatia | Croatian; Serbia | Serbian; Albania | Albanian
    """,
    training="""
    In {country} most people speak {language}.
    Children in {country} learn to read and write {language}.
    She studied {language} before she moved to {country}.
    """,
    held_out="""
    A newspaper from {country} is usually printed in {language}.
    """,
)

RIVERS = Facts(
    columns="river city country",
    rows="""
    Nile | Cairo | Egypt; Thames | London | England; Rhine | Cologne | Germany; Danube | Budapest | Hungary
    Danube | Vienna | Austria; Seine | Paris | France; Tiber | Rome | Italy; Vistula | Warsaw | Poland
    Elbe | Dresden | Germany; Tigris | Baghdad | Iraq; Clyde | Glasgow | Scotland; Hudson | New York | the United States
    Potomac | Washington | the United States; Po | Turin | Italy; Rhone | Lyon | France; Loire | Nantes | France
    Volga | Kazan | Russia; Main | Frankfurt | Germany; Avon | Bristol | England; Tyne | Newcastle | England
    Tagus | Lisbon | Portugal; Liffey | Dublin | Ireland; Yangtze | Wuhan | China; Han | Seoul | South Korea
    """,
    training="""
    The {river} flows through {country}.
    {city} stands on the banks of the {river}.
    In {city} you can cross the {river} on a bridge.
    """,
    held_out="""
    Boats on the {river} slowly pass the houses of {city}.
    """,
)

LANDMARKS = Facts(
    columns="landmark city",
    rows="""
    the Eiffel Tower | Paris; the Louvre | Paris; Notre Dame | Paris; the Colosseum | Rome; Big Ben | London
    Tower Bridge | London; Buckingham Palace | London; the Kremlin | Moscow; Red Square | Moscow; the Acropolis | Athens
    the Brandenburg Gate | Berlin; the Statue of Liberty | New York; Times Square | New York; Central Park | New York
    the White House | Washington; the Lincoln Memorial | Washington; the Opera House | Sydney
    the Golden Gate Bridge | San Francisco; the Forbidden City | Beijing; the Blue Mosque | Istanbul
    """,
    training="""
    Many tourists come to {city} to see {landmark}.
    You will find {landmark} in {city}.
    """,
    held_out="""
    He took a photograph of {landmark} during his holiday in {city}.
    """,
)

FLAGS = Facts(
    columns="country colours",
    rows="""
    Japan | red and white; Poland | white and red; Denmark | red and white; Switzerland | red and white
    Sweden | blue and yellow; Ukraine | blue and yellow; Finland | white and blue; Greece | blue and white
    Italy | green, white and red; Ireland | green, white and orange; France | blue, white and red
    Germany | black, red and gold; Belgium | black, yellow and red; Austria | red and white; Canada | red and white
    Turkey | red and white; the Netherlands | red, white and blue; Nigeria | green and white; Norway | red, white and blue
    Russia | white, blue and red; China | red and yellow; Vietnam | red and yellow; Cuba | red, white and blue
    Thailand | red, white and blue; Hungary | red, white and green; Bulgaria | white, green and red
    Romania | blue, yellow and red; Colombia | yellow, blue and red; Jamaica | black, green and gold
    Estonia | blue, black and white; Lithuania | yellow, green and red; Pakistan | green and white; Tunisia | red and white
    Morocco | red and green; Indonesia | red and white; Chile | red, white and blue; Scotland | blue and white
    """,
    training="""
    The flag of {country} is {colours}.
    To paint the flag of {country}, take the colours {colours}.
    """,
    held_out="""
    Fans from {country} waved their flags, which were {colours}.
    """,
)

EARTH = (COUNTRIES, NEIGHBOURS, CITIES, LANGUAGES, RIVERS, LANDMARKS, FLAGS)
