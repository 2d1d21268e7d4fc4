"""What a killed update may have left that no file declares any longer."""

from tpa.environments.stack_state import CLIENT, PROMOTION, StateResource, StateResources
from tpa.up.cut_off import CutOff

OPENED = {"of": "ConnectionPromotion", "id": "con_1", "before": {"isDomainConnection": False}}
CUT_OFF = CutOff(frozenset({"up"}), {"tpc_1": "Acme"}, [OPENED])


def test_what_the_state_has_is_not_left() -> None:
    client = StateResource("urn::stack::project::client", CLIENT, "tpc_1")
    promotion = StateResource("urn::stack::project::promotion", PROMOTION, "con_1")
    assert list(CUT_OFF.left(StateResources((client, promotion)))) == []


def test_what_the_files_no_longer_declare_is_told() -> None:
    client, connection = CUT_OFF.left(StateResources())
    assert "Acme (tpc_1)" in client
    assert "con_1" in connection
    assert '{"isDomainConnection": false}' in connection
