"""The words that company names share. Lower case ASCII, as they stand after transliteration and without dots."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Stripped at the end of a name, as often as they stand there.
LEGAL_FORMS = _words("""
    inc incorporated corp corporation co company cos llc lllp llp lp pllc pc plc ltd limited unlimited pbc
    pty pvt private pte proprietary public gmbh mbh ag kg kgaa ohg gbr ug eg ev se sa sas sasu sarl eurl snc sca scs sci
    bv nv vof cv bvba sprl srl spa sapa sl slu slne sll sau sc scp sab sapi ltda lda cia eireli mei
    ab hb kb oy oyj ky as asa ans aps a/s k/s p/s ehf hf kk yk gk godo kaisha kabushiki yugen goshi
    spzoo zoo spk spj sro vos doo dooel dd ood eood ad kft zrt nyrt bt uab sia ou ooo oao zao pao tov too fop
    ae epe ike oe ee as sti tic san bhd sdn berhad pt tbk cpt saog saoc psc fze fzco fzc dmcc wll kscc
    chusighoesa jusighoesa hoesa etablissements aktiengesellschaft gesellschaft aktiebolag osakeyhtio
""")

# Also stripped at the start ("PT Astra", "OOO Romashka", "GmbH Acme"); the other forms are words or initials there.
LEADING_LEGAL_FORMS = _words("""
    inc incorporated llc llp corp corporation ltd limited gmbh sarl srl sas spa sapa plc pty pvt pte
    ab pt uab ooo oao zao pao tov too bv nv oy sia spzoo
""")

# Forms that no transliteration would leave recognizable.
NATIVE_LEGAL_FORMS = (
    "株式会社", "有限会社", "合同会社", "合資会社", "(株)", "(有)", "股份有限公司",
    "有限责任公司", "有限責任公司", "有限公司", "주식회사", "유한회사", "(주)", "(유)",
)  # fmt: skip

JOINING_WORDS = _words("and und et y e og och en")

# One spelling for words that are habitually shortened, pluralized or spelled two ways.
_SPELLINGS = """
    tech: technology technologies technologie techs tec
    international: intl internat internacional internazionale internationale
    sys: system systems systeme sistemas
    sol: solution solutions soln solns soluciones
    svc: service services svcs svc serv servicios servizi
    eng: engineering engineers engrg engr
    pharma: pharmaceutical pharmaceuticals pharmaceutics pharm
    telecom: telecommunication telecommunications telco telecoms
    logistics: logistic logistik logistique logistica
    lab: labs laboratory laboratories laboratorio laboratoires
    construction: constr constructions const
    mfg: manufacturing manufacturers manufacturer manuf manufg
    mgmt: management mgt
    group: grp gruppe groupe grupo gruppo groep
    holding: holdings hldg hldgs
    industry: industries ind inds industrial industrie
    associates: assoc associate assocs
    association: assn
    consulting: consultants consultancy consult
    bros: brothers
    dept: department
    natl: national nat
    america: americas american
    university: univ
    institute: inst
    center: centre centers centres ctr
    development: dev developments devel
    distribution: distributors distributor distrib
    electronics: electronic elec
    chemicals: chemical chem chemie
    financial: finance finances fin
    insurance: ins insurances
    marketing: mktg
    network: networks netw
    product: products prod
    software: softw
    transport: transportation transports trans transporte
    partner: partners ptnrs
    food: foods
    motor: motors
    textile: textiles
    metal: metals
    plastic: plastics
    studio: studios
    game: games
    hotel: hotels
    instrument: instruments instr
    material: materials matls
    diagnostics: diagnostic
    robotics: robotic
    analytics: analytic
    optics: optic optical
    security: securities
    saint: st
"""
SPELLINGS = {
    variant: word.strip()
    for word, _, variants in (line.partition(":") for line in _SPELLINGS.splitlines())
    for variant in variants.split()
}

# What a company does: shared by many, so it tells companies apart only beside a name of their own.
TRADES = _words("""
    tech sys sol svc eng pharma telecom logistics lab construction mfg mgmt industry associates association consulting
    software food energy media robotics analytics network security insurance capital partner health healthcare medical
    motor textile marine aviation chemicals metal packaging plastic electronics semiconductors semiconductor optics
    retail travel hotel education publishing game design studio biotech diagnostics instrument material mining
    agriculture dairy brewing beverages beverage apparel furniture lighting water waste rail freight shipping trading
    trade transport financial bank banking investment investments ventures venture development distribution marketing
    product university institute center digital data cloud computing computer computers machinery machines tools steel
    auto automotive airlines air oil gas power electric electrical solar environmental foundation properties property
    estate realty clinic hospital pharmacy legal law accounting advisors advisory creative entertainment music film
    sports fitness fashion beauty cosmetics jewelry supply supplies equipment wholesale stores store shop market markets
    import export interactive online web mobile wireless communications communication research sciences science bio
    architects architecture builders building interiors printing press books news radio gaming restaurants catering
    cafe farms farm wine foods auction recruitment staffing training academy school college care
""")

# Added and dropped at will without naming another company.
FILLERS = _words("""
    the group holding international global worldwide world new first royal united general universal national natl
    premier prime central enterprise enterprises company official team hq corporate headquarters pan inter
""")

# Added to name a subsidiary or a branch.
PLACES = _words("""
    europe european emea apac asia africa america latam usa us uk britain england scotland ireland germany deutschland
    france netherlands nederland belgium austria osterreich switzerland suisse schweiz italy italia spain espana iberia
    portugal nordics nordic sweden sverige norway norge denmark danmark finland poland polska czech hungary romania
    greece turkey turkiye russia ukraine israel uae emirates dubai saudi arabia gulf mena india japan china korea
    taiwan singapore malaysia indonesia thailand vietnam philippines australia zealand anz canada mexico brazil brasil
    argentina chile colombia benelux dach baltics balkans mideast pacific north south east west northern southern
    eastern western
""")

# Letters of other scripts that look like Latin ones; used where a name mixes scripts.
LOOK_ALIKES = str.maketrans(
    "авгеёікмнорстухьѕјԁԛԝһӏАВЕЅІЈКМНОРСТУХѴ" + "αβγεηικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "ıɑɡℓ",
    "abreeikmhopctyxbsjdqwhlABESIJKMHOPCTYXV" + "abyenikvoptuxwABEZHIKMNOPTYX" + "iagl",
)

# Digits that stand for letters inside a word ("acme" written "4cme" or "acm3").
LEET = str.maketrans("013457", "oleast")

# Mail providers and hosts under whose own domain many strangers live; the public suffix list does not hold these.
SHARED_DOMAIN_FAMILIES = _words(
    "gmail googlemail yahoo ymail rocketmail hotmail outlook gmx yandex aol icloud protonmail"
)
SHARED_DOMAINS = _words("""
    live.com live.co.uk live.de live.fr live.nl msn.com me.com mac.com mail.com email.com mail.ru bk.ru inbox.ru list.ru
    rambler.ru ya.ru proton.me pm.me tutanota.com tuta.io tuta.com hushmail.com fastmail.com fastmail.fm zoho.com
    zohomail.com zohomail.eu hey.com web.de t-online.de freenet.de arcor.de posteo.de mailbox.org 1und1.de orange.fr
    wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it alice.it tiscali.it tin.it
    telefonica.net terra.es terra.com.br uol.com.br bol.com.br sapo.pt ziggo.nl planet.nl kpnmail.nl xs4all.nl
    hetnet.nl home.nl telenet.be skynet.be bluewin.ch sunrise.ch hispeed.ch btinternet.com sky.com virginmedia.com
    talktalk.net ntlworld.com comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net
    earthlink.net juno.com optonline.net rogers.com shaw.ca bell.net sympatico.ca telus.net bigpond.com optusnet.com.au
    qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com aliyun.com naver.com hanmail.net daum.net
    nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp rediffmail.com telia.com seznam.cz centrum.cz wp.pl o2.pl onet.pl
    interia.pl abv.bg ukr.net walla.co.il mailinator.com guerrillamail.com 10minutemail.com yopmail.com tempmail.com
    facebook.com fb.com linkedin.com instagram.com twitter.com x.com youtube.com tiktok.com pinterest.com
    linktr.ee bit.ly t.me wa.me wixsite.com weebly.com jimdo.com wordpress.com tumblr.com medium.com squarespace.com
    godaddysites.com square.site business.site strikingly.com webnode.com site123.me carrd.co notion.site
    myshopify.com etsy.com ebay.com amazonaws.com cloudfront.net azurewebsites.net herokuapp.com onmicrosoft.com
    sharepoint.com salesforce.com force.com hubspot.com example.com example.org example.net
    wikipedia.org xing.com crunchbase.com trustpilot.com opencorporates.com northdata.com northdata.de glassdoor.com
    kununu.com
""")

# Nobody registers a domain under these (RFC 6761 and its like); `.example` is let in, for demonstrations live there.
RESERVED_ENDINGS = _words("alt arpa corp home internal intranet invalid lan local localdomain localhost onion test")
