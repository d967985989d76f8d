"""The lowest release that pyproject.toml allows of each library, as constraints for pip: `python
.ci/lowest.py >FILE`.
"""

import re
import tomllib
from pathlib import Path

LOWER_BOUND = re.compile(r"([\w.-]+)(?:\[[\w,-]+\])?>=([\w.]+)")


def lowest(project: dict) -> list[str]:
    """`name==version` of every dependency with a lower bound, extras included."""
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(each for extra in extras for each in extra)]
    return [f"{bound[1]}=={bound[2]}" for each in wanted if (bound := LOWER_BOUND.match(each))]


if __name__ == "__main__":
    file = Path(__file__).parents[1] / "pyproject.toml"
    print("\n".join(lowest(tomllib.loads(file.read_text(encoding="utf-8"))["project"])))
