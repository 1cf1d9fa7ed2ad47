"""A first triage: does a message speak of danger, and how near is it? (docs/domain.md section 9)

Pure, local and deterministic. A message is normalised to plain lower-case words; each rule of `RULES` looks
for a few explicit English phrases. A phrase inside a denial, a quotation, somebody else's story or a past
that is over does not count. The first rule that holds gives its level and its id: each answer says why.

It misses things: indirect words, other languages, and most of what is neither suicide and self-harm nor first
aid. That is why the help lines stay one tap away for everybody. It shows nobody a score and asks nothing.

Nothing here can backtrack without end: repeats are of single words and bounded, looks back are cut to
`SCOPE_CHARS`, and texts to `LONGEST_TEXT`.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import Final


class Level(StrEnum):
    """How much a message asks of us, lowest first; compares by rank (docs/domain.md section 9)."""

    NONE = "none"
    CONCERN = "concern"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """0 for none, 3 for emergency."""
        return _RANK[self.value]

    # All four are needed: `str` has its own, by letter, and "emergency" would be less than "none".
    def __lt__(self, other: str) -> bool:
        return self.rank < Level(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Level(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Level(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Level(other).rank


_RANK: Final = {level.value: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Hit:
    """What was noticed: the level, the kind of trouble, and the id of the rule that says so.

    This is all that may be kept of a message; its words are not.
    """

    level: Level
    category: str
    rule: str


class _Scope(Flag):
    """What may stand before a phrase and take the alarm out of it."""

    DENIED = auto()  # "I don't want to die", "no thoughts of suicide"
    QUOTED = auto()  # "the song says I wanna die"
    OTHERS = auto()  # "my friend is suicidal": asks for another answer than ours
    OVER = auto()  # "I used to be suicidal"
    ANY = DENIED | QUOTED | OTHERS | OVER
    NOT_DENIED = QUOTED | OTHERS | OVER  # for phrases that hold a "not" of their own


# --- normalising -------------------------------------------------------------------------------------------

LONGEST_TEXT: Final = 4096  # Telegram's own limit for a message; longer can only come from a forged update
SCOPE_CHARS: Final = 70  # a denial or its like stands within about ten words

# Apostrophes go: "don't" is "dont" for many anyway. Other punctuation becomes a space, and the end of a
# sentence a "|", so that no phrase and no denial reaches across it.
_APOSTROPHES: Final = "\u2018\u2019\u02bc\u2032\u00b4\uff07"
_SEPARATORS: Final = "\u2013\u2014\u2015\u2026\u201c\u201d\u2022\u00b7"  # seen without spaces around them
_SENTENCE_ENDS: Final = ".!?"


def _plain(char: str) -> str:
    if char.isascii() and char.isalnum():
        return char.lower()
    return "." if char in _SENTENCE_ENDS else " "


_PLAIN: Final = "".join(map(_plain, map(chr, range(256)))).encode()
_SPELLED_OUT: Final = re.compile(r" [a-z](?: [a-z]){2,}(?= )")
_RUN_TOGETHER: Final = re.compile(
    "i(?=want|wanna)|want(?=to)|to(?=die|kill|end)|wanna(?=die|kill|end)|(?:kill|end)(?=my)|my(?=life)"
)
_STRETCHED: Final = tuple(letter * 3 for letter in "aeiouylsf")  # the letters people lean on
_REPEATED: Final = re.compile(r"(.)\1+")
_PILED_MARKS: Final = re.compile("[\u0300-\u036f]{3,}")


def _normalised(text: str) -> str:
    """Plain lower-case ASCII words between single spaces, with a space at both ends."""
    text = text[:LONGEST_TEXT]
    if not text.isascii():
        # Sorting a long pile of marks is quadratic in `normalize`, so zalgo goes first.
        text = _PILED_MARKS.sub("", text)
        for mark in _APOSTROPHES:
            text = text.replace(mark, "")
        for mark in _SEPARATORS:
            text = text.replace(mark, " ")
        # NFKD is NFKC's wide and styled letters made plain, with accents set apart.
        text = unicodedata.normalize("NFKD", text)
    # What is left outside ASCII goes: accents, zero-width characters, emoji.
    plain = text.encode("ascii", "ignore").replace(b"...", b" ").translate(_PLAIN, b"'`")
    words = plain.replace(b". ", b" | ").replace(b".", b" ").decode().split()
    return _unstretched(_SPELLED_OUT.sub(_joined, f" {' '.join(words)} "))


def _joined(letters: re.Match[str]) -> str:
    """Letters that stand apart ("d i e") as words, told apart where it matters."""
    return " " + _RUN_TOGETHER.sub(r"\g<0> ", letters[0].replace(" ", ""))


def _unstretched(words: str) -> str:
    """Words with a letter three times or more in a row ("diiiie") in their usual spelling."""
    for letters in _STRETCHED:
        at = words.find(letters)
        while at >= 0:
            start, end = words.rfind(" ", 0, at) + 1, words.find(" ", at)
            once = _REPEATED.sub(r"\1", words[start:end])
            words = words[:start] + _DOUBLED.get(once, once) + words[end:]
            at = words.find(letters, start)
    return words


# --- the words ---------------------------------------------------------------------------------------------


def _one_of(words: str) -> str:
    """A pattern for any of these, which stand between spaces; "_" is a space inside one."""
    return f"(?:{'|'.join(words.split()).replace('_', ' ')})"


_WANT: Final = _one_of(
    "want_to want_2 wanna wana wish_to need_to ready_to plan_to planning_to decided_to rather tempted_to"
)
_WISH: Final = _one_of(
    "wish_i_could wish_i_would deserve_to hope_i just_let_me please_let_me i_should_just i_should wanting_to"
    " of_me_wants_to mind_wants_to brain_wants_to"
)
_WILL: Final = _one_of("going_to gonna gona about_to will ill imma")
_SOON: Final = _one_of(
    "tonight today tomorrow right_now now this_evening this_morning this_afternoon this_weekend in_an_hour"
)
_ABOUT: Final = _one_of(
    "think thinking thought thoughts dream dreaming fantasise fantasize fantasising fantasizing obsess"
    " obsessing"
    " obsessed ruminating"
) + r" (?:a lot |all the time |constantly )?(?:of|about)"
_KILL: Final = "kill ?my ?self"
_END_LIFE: Final = (
    r"(?:end my (?:own )?life|end it all"
    rf"|take my (?:own )?life(?! {_one_of('back in into seriously to for more as one day savings')}\b))"
)
_ACT: Final = rf"(?:{_KILL}|{_END_LIFE}|kms|(?:end|hang|unalive) my ?self|jump off (?:the|a) bridge)"
_ACT_WORDS: Final = "myself self killmyself life all kms bridge suicide"
_DRUGS: Final = "pills tablets meds medication painkillers antidepressants paracetamol tylenol"
_DRUG: Final = _one_of(_DRUGS)
_TOOK: Final = "(?:took|taken|swallowed|downed)"
_MEANS: Final = r"(?:pills|gun|noose|(?<!jump )(?<!skipping )(?<!jumping )rope|razor ?blade)"
_SOMEBODY: Final = _one_of("someone somebody something anyone god")
_HIGH_PLACE: Final = _one_of("roof rooftop bridge building ledge edge railing balcony cliff")
# Training talk after "kill myself" and "want to die": an idiom.
_EFFORT: Final = (
    r"(?:every (?:single )?time i (?:do|run|see|have to|try|climb)|laughing|lol at"
    rf"|of {_one_of('embarrassment shame laughter boredom')}"
    rf"|{_one_of('in on at with during after doing from over for because_of')}"
    rf" (?:{_one_of('the that this those these my all a')} )?"
    + _one_of(
        "gym track hill hills trail training interval intervals workout workouts sprint sprints session"
        " pb pr climb"
        " treadmill reps burpee burpees squats lunges tempo warmup"
    )
    + ")"
)
_RUNNING: Final = _one_of(
    "run runs running race races racing marathon half 5k 10k parkrun workout training exercise exercising"
    " intervals"
    " finish finishing treadmill track session sprint sprints jog jogging cycling ride"
)
_LIMB: Final = _one_of("arm arms wrist wrists leg legs thigh thighs skin hand hands stomach face")
_ACCIDENT: Final = _one_of(
    "on at in open_on some off while when if a free loose from out back with short against by running playing"
    " shaving cooking slicing chopping peeling gardening baking ironing opening making accidentally badly"
)


# --- the table ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    level: Level
    category: str
    triggers: frozenset[str]
    """Every match contains one of these words: asking for them first makes a message cost microseconds."""
    pattern: re.Pattern[str]
    scopes: _Scope


def _rule(
    id: str, level: Level, category: str, triggers: str, phrases: str, scopes: _Scope = _Scope.ANY
) -> _Rule:
    """A rule from a text with one phrase a line."""
    either = "|".join(phrase.strip() for phrase in phrases.strip().splitlines())
    return _Rule(
        id, level, category, frozenset(triggers.split()), re.compile(rf"\b(?:{either})(?= |$)"), scopes
    )


_EMERGENCIES: Final = (
    # a time set, a farewell, means at hand, or done already
    _rule(
        "act-soon",
        Level.EMERGENCY,
        "suicidal",
        _ACT_WORDS,
        rf"""
        {_ACT} {_SOON}
        {_SOON} (?:i|im|ill)(?: \w+){{0,2}} {_ACT}
        commit suicide {_SOON}
        """,
    ),
    _rule("die-tonight", Level.EMERGENCY, "suicidal", "die", rf"{_WANT} die (?:tonight|today|right now)"),
    _rule(
        "goodbye-ending-it",
        Level.EMERGENCY,
        "suicidal",
        "ending",
        rf"""
        (?:goodbye|good bye|farewell)(?: \w+){{0,4}} ending it
        ending it all {_SOON}
        ending my (?:own )?life {_SOON}
        """,
    ),
    _rule(
        "suicide-note",
        Level.EMERGENCY,
        "suicidal",
        "suicide",
        """
        (?:wrote|written|writing|write|finished|left|leaving) my suicide (?:note|letter)
        i (?:just )?(?:wrote|left) a suicide (?:note|letter)
        """,
    ),
    _rule(
        "means-at-hand",
        Level.EMERGENCY,
        "suicidal",
        "pills gun noose rope razor razorblade",
        rf"""
        {_MEANS} (?:is |are |right )?(?:next to|beside|in front of) me
        {_MEANS} (?:is |are )?(?:in my hands?|in my mouth|to my head|around my neck)
        (?:a|the|my) (?:rope|noose|gun)(?: \w+){{0,3}} (?:{_WILL}|{_WANT}) use it(?! (?:for|to|in|as)\b)
        """,
    ),
    _rule(
        "pills-taken",
        Level.EMERGENCY,
        "suicidal",
        f"{_DRUGS} cabinet cupboard drawer overdose overdosed",
        rf"""
        (?:already|just) {_TOOK} (?:all )?the pills
        {_TOOK} all (?:of )?(?:the|my|these|those) (?:\w+ )?{_DRUG}
        {_TOOK} the (?:whole|entire) (?:bottle|box|pack) of (?:\w+ )?{_DRUG}
        {_TOOK} (?:too many|a (?:whole )?(?:handful|bottle) of) (?:\w+ )?{_DRUG}
        (?:i|ive) (?:just |already )?{_TOOK} \d{{2,3}} (?:\w+ )?{_DRUG}
        {_TOOK} everything in (?:the|my) (?:\w+ )?(?:cabinet|cupboard|drawer)
        (?:i|ive|just) (?:have |just |already )?(?:took|taken) an overdose
        (?:i|ive|just) (?:have |just |already )?overdosed(?! on (?!{_DRUG}))
        """,
    ),
    _rule(
        "on-the-edge",
        Level.EMERGENCY,
        "suicidal",
        "jump",
        rf"on (?:the|a) {_HIGH_PLACE}(?: \w+){{0,4}} jump",
    ),
    # first aid comes first
    _rule(
        "chest-pain",
        Level.EMERGENCY,
        "medical",
        "chest",
        r"""
        chest (?:pains?|pressure)
        (?:pains?|pressure|crushing|squeezing|elephant)(?: \w+){0,2} (?:in|on|across) my chest
        """,
    ),
    _rule(
        "passed-out",
        Level.EMERGENCY,
        "medical",
        "fainted passed blacked collapsed consciousness seizure",
        "i (?:just |suddenly |then )?"
        + _one_of("fainted passed_out blacked_out collapsed lost_consciousness had_a_seizure")
        + r"(?: \w+)? (?:while|during|on|in|at|after|mid)(?: (?:my|the|a|this|that|our|todays"
        r"|last))?(?: \w+)?"
        rf" {_RUNNING}",
    ),
    _rule(
        "cannot-breathe",
        Level.EMERGENCY,
        "medical",
        "breathe",
        "i (?:cant|cannot|can not) breathe(?! "
        + _one_of("haha lol through on at when after during in properly well laughing from out uphill"
        " because_i")
        + r"\b)",
    ),
    _rule(
        "heart-attack",
        Level.EMERGENCY,
        "medical",
        "attack stroke",
        "(?:i|im|am|be) having a (?:heart attack|stroke)(?! "
        + _one_of("haha lol over when just of from looking")
        + r"\b)",
    ),
    _rule(
        "stroke-signs",
        Level.EMERGENCY,
        "medical",
        "side speech slurring slurred drooping",
        r"""
        one side of my (?:body|face) (?:\w+ ){0,3}(?:weak|numb|paralysed|paralyzed|drooping)
        my (?:speech is|words are) (?:slurred|slurring)
        my face is drooping
        slurring my words
        """,
    ),
    _rule(
        "sudden-headache",
        Level.EMERGENCY,
        "medical",
        "headache",
        """
        sudden (?:and |very )?severe headache
        worst headache of my life
        thunderclap headache
        """,
    ),
    _rule(
        "blood",
        Level.EMERGENCY,
        "medical",
        "blood",
        "(?:vomiting|vomited|coughing|coughed|throwing|threw|spitting) (?:up )?blood",
    ),
    _rule(
        "throat",
        Level.EMERGENCY,
        "medical",
        "throat",
        "throat is (?:closing|swelling|closed|tightening)(?: up)?",
    ),
    _rule(
        "heat",
        Level.EMERGENCY,
        "medical",
        "heat heatstroke",
        r"""
        stopped sweating(?: \w+){0,4} (?:confused|dizzy|faint)(?: \w+){0,3} heat
        heat ?stroke symptoms
        i (?:think i )?have heat ?stroke
        """,
    ),
    _rule(
        "racing-heart",
        Level.EMERGENCY,
        "medical",
        "heart",
        r"heart (?:is |keeps )?(?:racing|pounding)(?: \w+){0,8} (?:faint|fainting|pass out|passing out)",
    ),
)

_URGENT: Final = (
    # acts, in words that leave no doubt
    _rule(
        "kill-myself",
        Level.URGENT,
        "suicidal",
        "kill killing killmyself",
        rf"""
        {_KILL}(?! {_EFFORT}\b)
        killing my ?self(?! (?:{_EFFORT}|at work|to (?:get|hit|finish|make))\b)
        {_ABOUT} killing my ?self
        """,
    ),
    _rule(
        "end-my-life",
        Level.URGENT,
        "suicidal",
        "life all end",
        rf"""
        {_END_LIFE}
        (?:im|i am) (?:going to|gonna) end it {_SOON}
        (?:ending|taking) my own life
        ending (?:my life|it all)
        """,
    ),
    _rule(
        "ending-things",
        Level.URGENT,
        "suicidal",
        "ending",
        rf"{_ABOUT} ending (?:things|it|everything)(?! (?:with|between|here|at|early)\b)",
    ),
    _rule(
        # also the plural of km: alone, or after an intention
        "kms",
        Level.URGENT,
        "suicidal",
        "kms",
        rf"""
        (?<=^ )kms(?: (?:lol|fr|rn|now|please|honestly|tbh)){{0,2}} $
        (?:{_WILL}|{_one_of('wanna want_to should might could let_me')}) kms(?! \d)
        """,
    ),
    _rule(
        "unalive",
        Level.URGENT,
        "suicidal",
        "alive aliving unalive unaliving",
        "un ?aliv(?:e|ing) (?:my ?self|me)",
    ),
    _rule(
        "act-on-myself",
        Level.URGENT,
        "suicidal",
        "myself self",
        rf"(?:{_WANT}|{_WILL}|{_ABOUT}|might|should|could) (?:just )?"
        + _one_of("hang hanging shoot shooting drown drowning end ending off offing stab stabbing poison"
        " suffocate")
        + r" my ?self(?! (?:in the foot|dry|up|off|on|from|with|in (?:work|coffee|sugar))\b)",
    ),
    _rule(
        "jump",
        Level.URGENT,
        "suicidal",
        "jump jumping",
        "(?:im|i am) (?:gonna|going to|about to) jump(?! "
        + _one_of("in into on onto to rope higher high over back start ahead for at straight right_in"
        " around up down")
        + r"\b)"
        rf"|(?:{_WANT}|{_WILL}|{_ABOUT}) (?:jump|jumping) (?:off (?:the|a|this) {_HIGH_PLACE}"
        r"|in front of (?:the|a) (?:train|bus|truck|car|lorry))",
    ),
    _rule(
        "wish-killed",
        Level.URGENT,
        "suicidal",
        "kill",
        rf"""
        (?:wish|hope|want) {_SOMEBODY} (?:would|to|could) (?:\w+ )?kill me
        {_one_of('head voice voices brain mind thoughts')} (?:\w+ ){{1,6}}kill your ?self
        """,
    ),
    _rule(
        "overdose",
        Level.URGENT,
        "suicidal",
        "overdose overdosing",
        rf"(?:{_WANT}|{_WILL}|{_ABOUT}) (?:overdose|overdosing)(?! on (?!{_DRUG}))",
    ),
    # the wish to be dead
    _rule(
        "want-to-die",
        Level.URGENT,
        "suicidal",
        "die",
        rf"""
        (?:{_WANT}|{_WISH}) (?:just )?die(?! (?:{_EFFORT}|hard|happy|trying|old|(?:\w+ )?than)\b)
        i(?:m| am) (?:going to|gonna) (?:let myself )?die (?:tonight|by my own hand)
        """,
    ),
    _rule(
        "wish-dead",
        Level.URGENT,
        "suicidal",
        "dead",
        rf"""
        wish (?:that )?(?:i|id) (?:was|were|am|be|been) dead
        (?:id|i would|i|im|be) (?:be )?better off dead
        (?:{_WANT}|{_WISH}) be dead(?! (?:than|last|serious)\b)
        (?:{_ABOUT}|should be|deserve to be) (?:being )?dead
        """,
    ),
    _rule(
        "death-relief",
        Level.URGENT,
        "suicidal",
        "dying death",
        r"(?:dying|death) (?:would be|would feel|sounds|seems|feels) (?:like )?(?:a |such a |the )?"
        + _one_of("relief easier better peaceful nice good only")
        + rf"|{_ABOUT} dying(?! (?:my|the|her|his) (?:hair|shirt|beard))",
    ),
    _rule(
        "not-live",
        Level.URGENT,
        "suicidal",
        "live alive exist",
        "cant live any ?(?:more|longer)"
        "|(?:dont|do not|no longer|didnt) (?:want to|wanna|wish to) (?:be alive|exist|live(?! "
        + _one_of("here there in with at alone near on by far off under next like my this that a so")
        + r"\b))",
        _Scope.NOT_DENIED,
    ),
    # the word itself: as a plural or before "sprints" it is a drill, before "prevention" it is the news
    _rule(
        "suicide",
        Level.URGENT,
        "suicidal",
        "suicide slide sewerslide suislide",
        rf"(?:{_ABOUT}|"
        + _one_of(
            "consider considering considered contemplate contemplating contemplated plan planning"
            " planning_on attempt"
            " attempting commit committing researching"
        )
        + ") (?:committing |attempting )?suicide(?! "
        + _one_of(
            "prevention awareness squad bomb bomber bombing sprint sprints run runs drill drills pace"
            " charity risk rate"
            " rates statistics hotline hotlines research reps laps workout interval intervals session hill"
        )
        + r"\b)|suicide (?:seems|is|feels|looks|sounds) (?:like )?(?:(?:the|my) (?:only|best|last|one|right)"
        r"|an? (?:option|way out|answer))"
        r"|(?:planning|planned|plan|finalising|about) my (?:own )?suicide|my suicide plan"
        r"|(?:attempted|tried) suicide(?: \w+){0,8} (?:again|want to|tonight|last night|last week)"
        r"|(?:sewer|sui) ?slide",
    ),
    _rule(
        "suicidal",
        Level.URGENT,
        "suicidal",
        "suicidal",
        "suicidal(?! "
        + _one_of("pace run workout session speed start tempo plan training hill hills sprint sprints drills")
        + r"\b)",
    ),
    # self-harm
    _rule(
        "hurt-myself",
        Level.URGENT,
        "self_harm",
        "myself self pain",
        rf"(?:{_WANT}|{_ABOUT}|{_one_of('urge_to urges_to keep feel_like deserve_to')}) "
        + _one_of(
            "hurt hurting harm harming injure injuring cut cutting burn burning punish punishing hit hitting"
            " bang banging"
        )
        + rf" my ?self(?! {_ACCIDENT}\b)"
        r"|(?:hurting|harming) my ?self (?:is|helps|again|on purpose)|hit my ?self until|want to feel pain",
    ),
    _rule(
        "cut-myself",
        Level.URGENT,
        "self_harm",
        "myself self",
        rf"(?:cut|cutting|burned|burnt|burning) my ?self(?! {_ACCIDENT}\b)",
    ),
    _rule(
        "self-harm",
        Level.URGENT,
        "self_harm",
        "self selfharm",
        _one_of(
            "i ive been started relapsed keep urge_to urges_to want_to wanna back_to thinking_about"
            " thoughts_of gonna"
            " going_to still into"
        )
        + r" self ?(?:harm|harmed|harming|injure|injuring|injury)(?! awareness)"
        r"|self ?(?:harming|harmed|injuring|harm) again",
    ),
    _rule(
        "cutting",
        Level.URGENT,
        "self_harm",
        "cut cutting cuts scars",
        "relapsed (?:with|into|on|to) cutting|urges? to cut(?! "
        + _one_of("back down it the out weight mileage carbs sugar corners short calories my_run my_hair"
        " my_mileage")
        + r"\b)|(?:hide|hiding) (?:my|the) (?:cuts|scars)|fresh cuts i made",
    ),
    _rule(
        "own-skin",
        Level.URGENT,
        "self_harm",
        "purpose slit slitting sliced slicing skin arm arms head blood bleed",
        rf"""
        {_one_of('cut burned burnt sliced scratched bruised hit punched bit')} my (?:\w+ )?{_LIMB} on purpose
        (?:slit|slitting|sliced|slicing) my (?:\w+ )?{_LIMB}(?! {_ACCIDENT}\b)
        {_one_of('scratch scratching pick picking bite biting cut cutting')} my (?:skin|arms?) (?:until|till)
        until i (?:bleed|see blood)
        bang(?:ing)? my head (?:when|because|until)
        """,
    ),
)

RULES: Final = _EMERGENCIES + _URGENT
_TRIGGERS: Final = frozenset[str]().union(*(rule.triggers for rule in RULES))

# "kill" from "kiiiillll": the words of the table with a double letter of their own, by their single-letter
# form.
_DOUBLED: Final = {
    _REPEATED.sub(r"\1", word): word
    for rule in RULES
    for word in re.findall(r"[a-z]{4,}", rule.pattern.pattern)
    if _REPEATED.search(word)
}


# --- what stands before a phrase; "^" is where the phrase begins ---------------------------------------

_NOUNS: Final = _one_of("thought thoughts plan plans intention wish urge urges longer more suicidal chest"
" self")
_BEFORE: Final = {
    _Scope.DENIED: re.compile(
        # "why not ..." asks; "no, I want to die" does not deny, "no thoughts of" does
        r"(?<!why )\b(?:"
        + _one_of("not never dont do_not doesnt didnt wouldnt wont isnt arent wasnt havent hadnt aint"
        " without nor")
        + rf"|no(?= \^?(?:\w+ )?{_NOUNS}\b)"
        r"|(?:not|dont|didnt|never|wasnt) (?:that|say|said|saying|think|thinking|thought|mean"
        r"|meant) (?:that )?i)(?: "
        + _one_of(
            "really actually even ever going planning about trying feel feeling felt be been being having"
            " had have to"
            " think thinking thought thoughts of want wanted would any seriously longer more anything a"
            " am im saying"
            " plan plans intention intentions intending consider considering considered wish active"
            " at_all urge urges"
            " desire or at risk say get getting contemplating contemplated depressed hopeless once"
        )
        + r"){0,6} \^"
    ),
    _Scope.QUOTED: re.compile(
        r"\b"
        + _one_of(
            "lyric lyrics song songs movie film book article podcast episode album track novel"
            " documentary headline"
            " chorus study studies news"
        )
        + r"(?: (?:says?|said|goes|called|titled|named|about|that|like|with|on|is about|talks about)(?: i"
        r"| that)?)"
        r"{0,2} \^"
    ),
    _Scope.OTHERS: re.compile(
        r"\b"
        + _one_of(
            "he she they hes shes theyre who friend friends brother sister mom mum mother dad father son"
            " daughter wife"
            " husband partner girlfriend boyfriend colleague roommate flatmate neighbour neighbor cousin"
            " teammate"
            " someone somebody people student client"
        )
        + "(?: "
        + _one_of(
            "is was are were has have had been being feels felt feeling say says said talk talks talked"
            " talking keep"
            " keeps about of might may seems sounds be a very really also often having thinking committed"
        )
        + r"){0,5} \^"
    ),
    _Scope.OVER: re.compile(
        r"\bused to(?: \w+){0,4} \^"
        r"|\b(?:years ago|as a teen(?:ager)?)(?: i)?(?: (?:was|felt|had|tried|wanted|to)){0,2} \^"
    ),
}


def _excused(words: str, found: re.Match[str], scopes: _Scope) -> bool:
    """Whether what stands before a phrase, in its own sentence, takes the alarm out of it."""
    before = words[max(0, found.start() - SCOPE_CHARS) : found.start()]
    around = f"{before[before.rfind('|') + 1 :]}^{found[0]}"
    return any(scope in scopes and pattern.search(around) for scope, pattern in _BEFORE.items())


def triage(text: str) -> Hit | None:
    """The gravest rule that a message meets, or None (docs/domain.md section 9).

    Never raises, keeps nothing and reads nothing but its argument.
    """
    words = _normalised(text)
    triggers = _TRIGGERS.intersection(words.split())
    if not triggers:
        return None
    for rule in RULES:
        if rule.triggers.isdisjoint(triggers):
            continue
        for found in rule.pattern.finditer(words):
            if not _excused(words, found, rule.scopes):
                return Hit(rule.level, rule.category, rule.id)
    return None
