"""Settings: a rule takes them under the names of the scenario file."""

from __future__ import annotations

from dataclasses import fields
from typing import get_type_hints

from sim.rules.settings import Settings
from sim.scenario.schema import Case
from tests.support.paired import scenario, world


def test_every_setting_is_a_key_of_its_section_and_has_its_value():
    case, settings = scenario().case, world().parts.settings
    for section in get_type_hints(Settings):
        for field in fields(getattr(settings, section)):
            found = getattr(getattr(settings, section), field.name)
            assert found == getattr(getattr(case, section), field.name), f"{section}.{field.name}"


def test_every_key_of_a_section_of_settings_reaches_the_rules():
    """But for axes and ties, and for what is said once of all powers or channels."""
    left = {
        "alignment": {"axes", "ties", "dimensions"},
        "influence": {"share_speed"},
        "goodwill": {"start", "refusal"},
    }
    for section, kind in get_type_hints(Settings).items():
        keys = set(Case.model_fields[section].annotation.model_fields)
        assert keys - {field.name for field in fields(kind)} == left.get(section, set())
