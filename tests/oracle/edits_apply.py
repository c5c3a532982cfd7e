# SPDX-License-Identifier: GPL-3.0-or-later
"""What an edit of a golden file means, written out in tensors: which cells it selects and what it puts there.

The traces and hooks of edits_nnsight.py and edits_lens.py call apply(); the real systems only hand a value out and
take it back.
"""

import fnmatch

import torch

# The axes of a hook by the last part of its name; the ones that are not named are never selected over.
SQUARE = ("rows", "heads", "queries", "keys")
BY_QUERY = ("rows", "queries", "heads", None)
BY_KEY = ("rows", "keys", "heads", None)
RESIDUAL = ("rows", "queries", None)
AXES = {"hook_attn_scores": SQUARE, "hook_pattern": SQUARE, "hook_k": BY_KEY, "hook_v": BY_KEY, "hook_rot_k": BY_KEY,
        "hook_q": BY_QUERY, "hook_rot_q": BY_QUERY, "hook_z": BY_QUERY, "hook_result": BY_QUERY}


def axes_of(name):
    return AXES.get(name.rsplit(".", 1)[-1], RESIDUAL)


def touches(edit, name):
    return fnmatch.fnmatchcase(name, edit["hook"])


def chosen(edit, axes, shape):
    """A boolean tensor that broadcasts to `shape`: the product of the selections along each axis."""
    result = torch.ones([1] * len(shape), dtype=torch.bool)
    for axis, (kind, size) in enumerate(zip(axes, shape)):
        wanted = edit.get(kind) if kind else None
        if wanted is None:
            continue
        if not wanted or min(wanted) < 0 or max(wanted) >= size:
            raise ValueError(f"{edit['hook']}: {kind} {wanted} do not fit {size}")
        along = torch.zeros(size, dtype=torch.bool)
        along[wanted] = True
        result = result & along.reshape([size if each == axis else 1 for each in range(len(shape))])
    unknown = set(edit) - {kind for kind in axes if kind} - {"hook", "operation", "value", "tensor"}
    if unknown:
        raise ValueError(f"{edit['hook']} has no {sorted(unknown)[0]}")
    return result


def average(value, edit, axes, real):
    """The mean over the selected rows and positions that are real tokens; heads, keys and features stay apart."""
    positions = "queries" if "queries" in axes else "keys"
    along = axes.index(positions)
    rows = edit.get("rows") or list(range(value.shape[0]))
    places = edit.get(positions) or list(range(value.shape[along]))
    cells = [(row, place) for row in rows for place in places if real is None or real[row, place]]
    if not cells:
        raise ValueError(f"{edit['hook']}: no real token is selected")
    moved = value.movedim(along, 1)
    mean = torch.stack([moved[row, place] for row, place in cells]).mean(0)
    return mean.unsqueeze(0).unsqueeze(along)


def apply(value, edit, operands, name, real):
    """The value after the edit; `real` is the 2-D mask as booleans or None. The value itself is left alone."""
    axes = axes_of(name)
    operation = edit["operation"]
    operand = operands[edit["tensor"]].to(value.dtype) if "tensor" in edit else edit.get("value")
    if operation == "mean":
        new = average(value, edit, axes, real)
    elif operation == "zero":
        new = torch.zeros_like(value)
    elif operation == "add":
        new = value + operand
    elif operation == "scale":
        new = value * operand
    elif operation == "replace":
        new = operand if torch.is_tensor(operand) else torch.full_like(value, operand)
    else:
        raise ValueError(f"unknown operation '{operation}'")
    return torch.where(chosen(edit, axes, value.shape), new.expand_as(value), value)


class Editor:
    """Shows each named value to the edits that touch it, in their order, and keeps what the golden file holds."""

    def __init__(self, edits, operands, mask, keep=()):
        self.edits, self.operands, self.keep = edits, operands, keep
        self.real = mask.bool() if mask is not None and mask.dim() == 2 else None
        self.kept = {}
        self.used = set()

    def names(self, name):
        return any(touches(edit, name) for edit in self.edits)

    def wants(self, name):
        return self.names(name) or any(fnmatch.fnmatchcase(name, glob) for glob in self.keep)

    def __call__(self, name, value):
        """The edited value, or None where nothing changed it."""
        touching = [index for index, edit in enumerate(self.edits) if touches(edit, name)]
        result = value
        for index in touching:
            result = apply(result, self.edits[index], self.operands, name, self.real)
            self.used.add(index)
        if touching:
            self.kept[name + ".before_edit"] = value.detach().clone().contiguous()
        if self.wants(name):
            self.kept[name] = result.detach().clone().contiguous()
        return result if touching else None

    def check(self):
        missed = [edit["hook"] for index, edit in enumerate(self.edits) if index not in self.used]
        if missed:
            raise ValueError(f"no value was edited by '{missed[0]}'")
