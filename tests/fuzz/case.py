"""One input: files, a command line, and what may come of it."""
import dataclasses


@dataclasses.dataclass
class Case:
    kind: str
    arguments: list  # of text or bytes
    files: dict  # bytes by path below the scratch directory
    makes: tuple = ()  # paths that a good end may leave; all of it, of a directory
    shell: str = ""  # redirections, as ">&-"

    @property
    def command(self):
        return self.arguments[0] if self.arguments else ""
