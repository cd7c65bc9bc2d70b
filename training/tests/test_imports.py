"""Packages import each other in one direction, and modules never in a circle."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = (
    "world",
    "rendering",
    "questions",
    "reading",
    "model",
    "training",
    "evaluation",
    "ablation",
    "eyes",
    "export",
)
APART = {"ablation", "export"}  # neither may import the other


def imported(text: str) -> set[str]:
    """The modules of this folder that a module imports, `package.module` each; relative ones as `.`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level:
            found.add(".")
        elif isinstance(node, ast.ImportFrom) and node.module in ORDER:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return {name for name in found if name == "." or name.split(".")[0] in ORDER}


def modules() -> dict[str, set[str]]:
    """Each module with those that it imports."""
    paths = [path for package in ORDER for path in (ROOT / package).glob("*.py")]
    return {f"{path.parent.name}.{path.stem}": imported(path.read_text()) for path in paths}


def wrong_directions(graph: dict[str, set[str]]) -> list[str]:
    """The imports that go against the order of packages."""
    wrong = []
    for module, targets in graph.items():
        package = module.split(".")[0]
        for target in targets:
            other = target.split(".")[0]
            if other != package and (
                other == "" or ORDER.index(other) > ORDER.index(package) or {other, package} == APART
            ):
                wrong.append(f"{module} imports {target}")
    return wrong


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle; none where there is no circle."""
    state: dict[str, int] = defaultdict(int)  # 1 while its imports are followed, 2 afterwards

    def visit(module: str, path: list[str]) -> list[str]:
        if state[module] == 1:
            return [*path[path.index(module) :], module]
        if state[module] == 2:
            return []
        state[module] = 1
        for target in sorted(graph.get(module, ())):
            found = visit(target, [*path, module])
            if found:
                return found
        state[module] = 2
        return []

    return next((found for module in sorted(graph) if (found := visit(module, []))), [])


def test_every_package_imports_only_those_before_it() -> None:
    assert wrong_directions(modules()) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(modules()) == []


def test_every_package_says_what_it_is() -> None:
    for package in ORDER:
        docstring = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text()))
        assert docstring is not None and "Reads" in docstring and "ives" in docstring, package


@pytest.mark.parametrize(
    ("module", "text", "wrong"),
    [
        ("world.walks", "from model.sizes import NANO", True),
        ("model.loci", "from model import memory", False),
        ("export.bundle", "import evaluation.walks", False),
        ("export.bundle", "from ablation.study import Study", True),
        ("world.walks", "from .scenes import Scene", True),
        ("training.train", "def late():\n    from evaluation import walks", True),
    ],
)
def test_an_import_against_the_order_is_found(module: str, text: str, wrong: bool) -> None:
    assert bool(wrong_directions({module: imported(text)})) == wrong


def test_a_circle_is_found() -> None:
    graph = {"a.x": {"a.y"}, "a.y": {"a.z"}, "a.z": {"a.x"}}
    assert circle(graph) == ["a.x", "a.y", "a.z", "a.x"]
    assert circle({"a.x": {"a.y", "a.z"}, "a.y": {"a.z"}}) == []
