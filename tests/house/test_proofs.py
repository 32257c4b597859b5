"""A proof of permission is made where the permission was asked, and nowhere else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.tree import SOURCE, modules, shown

MAKERS = {SOURCE / "access" / "actor.py", SOURCE / "accounts" / "sessions.py"}
"""Where a proof is made beside the `fetch.py` files: the proof of the actor himself, and that he gave a password."""

CASTS = {"cast"}
WORD = re.compile(r"\w+")


def called(node: ast.AST) -> str:
    """Give the last name of what is called."""
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def may_make(path: Path) -> bool:
    """Tell whether proofs are made in this module."""
    return path.name == "fetch.py" or path in MAKERS


def proofs() -> set[str]:
    """Give the names of all proofs: each is a NewType in a module that may make them."""
    return {
        node.targets[0].id
        for path, tree in modules().items()
        if may_make(path)
        for node in tree.body
        if isinstance(node, ast.Assign) and called(node.value) == "NewType" and isinstance(node.targets[0], ast.Name)
    }


def test_there_are_proofs() -> None:
    assert {"Readable", "Writable", "Administered", "Administrator"} <= proofs()


def makes(call: ast.Call, names: set[str]) -> bool:
    """Tell whether a call makes one of these proofs, by its constructor or by a cast."""
    if called(call) in CASTS:
        return bool(call.args) and bool(names & set(WORD.findall(ast.unparse(call.args[0]))))
    return called(call) in names


def test_no_proof_is_made_outside_fetch() -> None:
    names = proofs()
    made = [
        f"{shown(path, node)} {ast.unparse(node)}"
        for path, tree in modules().items()
        if not may_make(path)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and makes(node, names)
    ]
    assert made == []
