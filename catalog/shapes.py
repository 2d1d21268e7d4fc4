"""What all models share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

SubjectType = Literal["user", "client"]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=60)]
Scope = Annotated[str, StringConstraints(min_length=1, max_length=280)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Model(BaseModel):
    """Frozen, and closed: a field nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
