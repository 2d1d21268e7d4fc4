"""Which key a live application gets: that of the file which is about it, or a new one."""

from collections.abc import Collection, Iterator

from catalog.names import slug
from catalog.sources import agent_file, application_file
from catalog.staging import Stage
from preflight.objects import Client
from survey.vocabulary import free_key


class Keys:
    """Gives keys out, each once. `live`: those that the environment has already."""

    def __init__(self, stage: Stage, live: Collection[str]) -> None:
        self._applications, self._agents = stage.keys("applications"), stage.keys("agents")
        self._given = {*live}
        self._about: dict[str, list[str]] = {}
        for key in self._applications:
            self._note(stage.data(application_file(key)).get("name"), key)
        for key in self._agents:
            self._note(stage.data(agent_file(key)).get("document"), key)

    def of(self, client: Client) -> tuple[str, bool]:
        """Its key, and whether there is a file of that key, from another environment."""
        known = next((key for key in self._files_of(client) if key not in self._given), None)
        taken = {*self._applications, *self._agents, *self._given}
        key = known or free_key(client.name or client.id, taken)
        self._given.add(key)
        return key, known is not None

    def _files_of(self, client: Client) -> Iterator[str]:
        """An agent's file says its document. Another's is called like the client, or says its
        name: a name need not be alone, nor have a letter that a key may have.
        """
        first = slug(client.name)
        if not client.document and first in self._applications:
            yield first
        files = self._agents if client.document else self._applications
        about = self._about.get(client.document or client.name, ())
        yield from (key for key in about if key in files)

    def _note(self, what: object, key: str) -> None:
        self._about.setdefault(str(what), []).append(key)
