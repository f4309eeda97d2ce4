"""Names in several romanisations, in lists of names that are all of somebody else."""

from __future__ import annotations

import pytest

from viewer.geo.basemap import countries
from viewer.geo.cities import cities
from viewer.geo.countries import name as country_name
from viewer.model.alike import alike

SURNAMES = """
adams ahmed alexander ali allen alvarez andrews armstrong arnold austin bailey baker baldwin ball
banks barber barker barnes barrett barton bates beck becker bell bennett benson berg berger berry
bishop black blair blake bond bowen bowman boyd bradley brady brooks brown bruce bryant buchanan
buck burke burns burton bush butler byrd cain caldwell campbell cannon carey carlson carpenter carr
carroll carter casey castillo castro chambers chan chandler chang chapman chavez chen christensen
chung clark clay clayton cohen cole coleman collins conley conrad contreras conway cook cooper
costa cox craig crane crawford cross cruz cunningham dalton daniels davidson davis dawson day dean
decker delgado dennis diaz dixon douglas doyle drake duncan dunn duran dyer eaton edwards elliott
ellis english erickson evans farmer ferguson fernandez fields finley fischer fletcher flores flynn
ford foster fowler fox francis franklin frazier freeman french friedman frost fuller gallagher
garcia gardner garza george gibbs gibson gilbert gill glenn goldberg gomez goodman gordon graham
grant graves gray green gregory griffin grimes gross guerra gutierrez guzman hale hall hamilton
hammond hampton hansen harding hardy harmon harper harris hart hartman harvey hawkins hayes heath
henderson henry herman hernandez herrera hicks higgins hill hobbs hodges hoffman hogan holland
holmes hood hoover hopkins horn horton houston howard huang hubbard hudson hughes hull humphrey
hunt hunter hurst ingram jackson jacobs james jefferson jenkins jennings jensen jimenez johns
johnson jones jordan joseph juarez kane keller kelly kemp kennedy kent kerr khan kim king kirby
kirk klein knight koch kramer lamb lambert lane lang larson lawrence leach lee leonard lester lewis
lin lindsey little liu lloyd logan long lopez love lowe lucas luna lynch lyons mack malone mann
manning marsh marshall martin martinez mason massey maxwell mcbride mccarthy mccormick mccoy
mcdonald mckinney mclaughlin mcmillan meadows medina mendoza mercado meyer miles miller mills
mitchell molina monroe montgomery moody moore morales moran moreno morgan morris morrison morton
moss mueller mullins munoz murphy murray nash navarro neal nelson newman newton nguyen nichols
nielsen nixon noble nolan norman norris norton novak obrien olsen ortega ortiz osborne owens pace
padilla page palmer park parker parks parsons patel patrick patterson payne pearson pena perez
perkins perry peters peterson phelps phillips pierce pittman pope porter potter powell powers pratt
preston price quinn ramirez ramos randall ray reed reeves reyes reynolds rhodes rice richards
riley rios rivera robbins roberts robinson rogers rojas romero ross roth rowe rubio ruiz russell
russo ryan salazar sanchez sanders santos saunders savage schmidt schneider schultz schwartz scott
sharp shaw sherman short simmons simpson sims singh skinner small smith snow snyder solomon soto
sparks spencer stanley steele stein stevens stewart stokes stone strong sullivan summers sutton
swanson tanner tate taylor terry thomas thompson thornton todd torres tran tucker turner tyler
underwood valdez vance vargas vasquez vaughn vega wade wagner walker wallace walsh walters walton
ward warner warren washington waters watkins watson watts weaver webb weber weeks weiss welch wells
west wheeler white wilkins williams wilson winters wise wolfe wong wood woodard wright wu wyatt yang
yates york young yu zhang zimmerman
""".split()


def likenesses(*names: str) -> list[tuple[str, str]]:
    return [(names[a], names[b]) for a, b, _ in alike(names, [()] * len(names))]


@pytest.mark.parametrize(
    "pair",
    [
        "Muammar Qaddafi/Moammar Gadhafi",
        "Qaddafi/Gadhafi",
        "Gaddafi/Qadhafi",
        "Zarif/Zareef",
        "Besmaya/Bismayah",
        "Basra/Basrah",
        "Hossein/Hussein",
        "Hussein/Husayn",
        "Khamenei/Khamenehi",
        "Ahmadinejad/Ahmadinezhad",
        "Rouhani/Rohani",
        "Zelensky/Zelenskyy",
        "Yanukovych/Ianukovich",
        "Prokofiev/Prokofieff",
        "Yusuf Khan/Youssef Khan",
        "Muqtada al-Sadr/Moqtada Al Sadr",
    ],
)
def test_one_name_in_two_romanisations(pair: str) -> None:
    a, b = pair.split("/")
    assert likenesses(a, b) == [(a, b)]


@pytest.mark.parametrize(
    "pair",
    [
        "Iran/Iraq",
        "Gross/Cross",
        "Mali/Male",
        "Niger/Nigeria",
        "Larsen/Larson",
        "John Kelly/Jane Kelly",
        "Maria Rossi/Mario Rossi",
        "Amin Saleh/Amina Saleh",
        "Hernandez/Fernandez",
    ],
)
def test_two_names_that_sound_alike_to_nobody(pair: str) -> None:
    assert likenesses(*pair.split("/")) == []


def test_hardly_any_two_surnames_or_countries_are_taken_for_one() -> None:
    assert len(SURNAMES) == len(set(SURNAMES)) >= 500
    assert likenesses(*SURNAMES) == []
    names = [country_name(code) for code in sorted(countries().rows) if code]
    assert likenesses(*names) == []
    # Cities of China in particular differ by a letter; their coordinates tell them apart.
    large = list(dict.fromkeys(cities().name))
    assert len(likenesses(*large)) <= len(large) / 100


def test_what_stands_in_one_spot_need_be_less_alike() -> None:
    names = ["Erbil", "Arbil", "Tehran", "Teheran", "Qom"]
    assert likenesses(*names) == []
    spots = [("a",), ("a",), ("b", "c"), ("c", "d"), ("a",)]
    found = [(names[a], names[b]) for a, b, _ in alike(names, [()] * 5, spots)]
    assert found == [("Erbil", "Arbil"), ("Tehran", "Teheran")]
