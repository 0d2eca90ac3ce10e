"""The rules on the order of candidates (RNK).

Decides their words, their basis and what they need; their meaning stands in
the SQL file of each.
"""

from __future__ import annotations

from allocation.rules.advertising import AGREED_FROM
from allocation.rules.model import Rule, Severity

_BASIS_NL = "Woningwet art. 46a en de afgesproken volgorde van het aanbodmodel"
_BASIS_EN = "Housing Act art. 46a and the agreed order of the offer model"
_ORDER = (
    ("publications", "ordering"),
    ("publications", "opens_at"),
    ("responses", "candidate_id"),
    ("responses", "responded_at"),
)

RANKING: tuple[Rule, ...] = (
    Rule(
        id="RNK-1",
        title_nl="De volgorde van kandidaten klopt",
        title_en="The order of candidates is right",
        explanation_nl="We rekenen de volgorde opnieuw uit: eerst de voorwaarden van de "
        "advertentie, dan de voorrang, dan de inschrijfduur, de loting of de punten. De "
        "vastgelegde posities moeten daarmee overeenkomen.",
        explanation_en="We compute the order again: first the conditions of the advert, then the "
        "priority, then registration duration, lottery or points. The recorded ranks must agree "
        "with it.",
        basis_nl=_BASIS_NL,
        basis_en=_BASIS_EN,
        severity=Severity.BREACH,
        needs=(*_ORDER, ("responses", "recorded_rank")),
        facts=(
            "eligible",
            "ranked",
            "unranked",
            "ranked_ineligible",
            "ranked_equal",
            "out_of_order",
        ),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="RNK-2",
        title_nl="De eerste in rang kreeg de woning",
        title_en="The first in rank got the dwelling",
        explanation_nl="De woning ging naar de hoogste kandidaat die aan de voorwaarden voldeed. "
        "Wie hoger stond, weigerde of viel af met een reden die is vastgelegd.",
        explanation_en="The dwelling went to the highest candidate who met the conditions. Who "
        "stood higher declined or dropped out for a reason that is on record.",
        basis_nl=_BASIS_NL,
        basis_en=_BASIS_EN,
        severity=Severity.BREACH,
        needs=(
            *_ORDER,
            ("allocations", "candidate_id"),
            ("offers", "candidate_id"),
        ),
        facts=(
            "ahead",
            "elsewhere",
            "no_record",
            "no_reason",
            "perhaps_ahead",
            "recorded_rank",
            "tenant_eligible",
        ),
        in_force_from=AGREED_FROM,
        crosses_lettings=True,
    ),
    Rule(
        id="RNK-3",
        title_nl="Wie afviel, viel af met een geldige reden",
        title_en="Everyone passed over has a valid reason",
        explanation_nl="Elke kandidaat die is overgeslagen, heeft een reden van de vaste lijst. "
        "Bij een vage reden, zoals ‘ongeschikt’, staat een toelichting en heeft een tweede "
        "medewerker meegekeken.",
        explanation_en="Every candidate who was passed over has a reason from the closed list. A "
        "vague reason, such as 'unsuitable', has a motivation and a second employee has looked.",
        basis_nl="Woningwet art. 46a; VERA-lijst AANBIEDINGDETAILSTATUS",
        basis_en="Housing Act art. 46a; VERA list AANBIEDINGDETAILSTATUS",
        severity=Severity.BREACH,
        needs=(*_ORDER, ("offers", "candidate_id"), ("offers", "reason")),
        facts=("passed_over", "unreasoned", "vague_unmotivated"),
        in_force_from=AGREED_FROM,
        crosses_lettings=True,
    ),
    Rule(
        id="RNK-4",
        title_nl="In volgorde aangeboden",
        title_en="Offered in order",
        explanation_nl="De woning is aangeboden in de volgorde van de kandidaten, en aan niet "
        "meer mensen tegelijk dan is afgesproken.",
        explanation_en="The dwelling was offered in the order of the candidates, and to no more "
        "people at once than agreed.",
        basis_nl=_BASIS_NL,
        basis_en=_BASIS_EN,
        severity=Severity.DEVIATION,
        needs=(*_ORDER, ("offers", "offered_at"), ("offers", "answered_at")),
        facts=("offers", "out_of_order", "most_at_once", "agreed"),
        in_force_from=AGREED_FROM,
    ),
    Rule(
        id="RNK-5",
        title_nl="De loting klopt",
        title_en="The lottery is right",
        explanation_nl="Elke kandidaat die meedoet aan een loting, heeft precies één lotnummer. "
        "Is het zaad van de loting bekend, dan doen we de loting over en moet hetzelfde "
        "uitkomen.",
        explanation_en="Every candidate in a lottery has exactly one number. Where the seed of "
        "the lottery is known, we draw again and the result must be the same.",
        basis_nl=_BASIS_NL,
        basis_en=_BASIS_EN,
        severity=Severity.BREACH,
        needs=(*_ORDER, ("responses", "lottery_number")),
        facts=("eligible", "numbers_drawn", "not_as_drawn", "draw_repeated"),
        in_force_from=AGREED_FROM,
    ),
)
"""The rules on the order of candidates."""
