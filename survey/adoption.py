"""An existing tenant as files: what is live and in none of them, written so that nothing changes.

Everything is written into a copy of the project first and checked there. What the rules refuse, or
what would not say the same as the tenant, is left out with the reason; the rest is kept.
"""

from catalog.staging import Stage
from survey.adoption_checks import refused
from survey.adoption_files import write_files
from survey.candidates import Adoption, Found, collected


def adopt(stage: Stage, found: Found) -> Adoption:
    """Writes the files of everything that can be adopted into the stage.

    Raises:
        CatalogError: the files had problems of their own.
        Unwritable: one of the files has a form that a program can't edit.
    """
    made = collected(stage, found)
    while True:
        write_files(stage, found, made)
        against = refused(stage, found, made)
        if not against:
            return made
        made = made.without(against)
        stage.reset()
