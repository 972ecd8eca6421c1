"""Edits of groups and of what is bypassed: a design goes in, a new one comes out or is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from core.design import Design
from core.graph import GraphError
from core.groups import Group, Groups
from core.tongue import tr
from designer.document.edits import LONGEST_NAME, EditError
from designer.document.shown import shown


def group(design: Design, nodes: Iterable[str], *, name: str = "") -> tuple[Design, str]:
    """The nodes as one collapsed group, groups among them inside it; gives its id too."""
    chosen = {design.graph[node].id for node in nodes}
    if not chosen:
        raise EditError(tr("Select what to group first."))
    parts, home = _parts(design.groups, chosen)
    if home and parts == set(design.groups.parts[home]):
        raise EditError(tr("These layers are {title} already.", title=design.groups[home].title))
    id = design.groups.new_id("group")
    made = design.groups.with_group(Group(id, _tidy_name(name), home), parts)
    return design.with_groups(made), id


def ungroup(design: Design, groups: Iterable[str]) -> Design:
    """The design without these groups; what lay in them stays."""
    left = design.groups
    for one in groups:
        left = left.without_group(one)
    if left is design.groups:
        raise EditError(tr("Select a group to take apart first."))
    return design.with_groups(left)


def set_collapsed(design: Design, group: str, on: bool) -> Design:
    """The design with a group shown as one item, or with what it holds in a frame."""
    return design.with_groups(
        design.groups.with_changed(replace(design.groups[group], collapsed=on))
    )


def rename_group(design: Design, group: str, name: str) -> Design:
    """Another name for people on a group; an empty one shows its id again."""
    changed = replace(design.groups[group], name=_tidy_name(name))
    return design.with_groups(design.groups.with_changed(changed))


def bypass(design: Design, nodes: Collection[str]) -> Design:
    """These nodes bypassed; where all are already, all taking part again.

    Among several, ends of the network stay as they are: nothing could take their place.
    """
    chosen = [design.graph[node] for node in nodes]
    if not chosen:
        raise EditError(tr("Select what to bypass first."))
    on = not all(node.bypassed for node in chosen if len(chosen) == 1 or _passes(node.layer))
    ids = [node.id for node in chosen if len(chosen) == 1 or _passes(node.layer)]
    return design.with_graph(design.graph.with_bypass(ids, on))


def in_sight(before: Design, after: Design, inside: str) -> Design:
    """The design after an edit, its new nodes where the person who made it can see them.

    `inside` is the group that is open by itself: new nodes elsewhere go into it, and so do new
    comments. Others leave the collapsed group that would hide them, unless what they join lies in
    it on both sides.
    """
    told = {
        id: replace(one, inside=one.inside or inside)
        for id, one in after.comments.items()
        if id not in before.comments
    }
    if told:
        after = replace(after, comments={**after.comments, **told})
    fresh = after.graph.nodes.keys() - before.graph.nodes.keys()
    groups = after.groups
    if not fresh or not groups or (inside and inside not in groups.by_id):
        return after
    sight = shown(after.graph, groups, inside)
    homes = {}
    for node in fresh:
        top = _outermost_new(groups, before.groups, node)
        item = sight.item_of.get(node)
        goes = inside if item is None else groups.home(item)
        if item is not None and item not in before.groups.by_id:
            continue
        if top in groups.by_id:
            groups = groups.with_changed(replace(groups[top], parent=goes))
        else:
            homes[node] = goes
    try:
        return after.with_groups(groups.with_homes(homes))
    except GraphError:
        return after


def _outermost_new(groups: Groups, old: Groups, node: str) -> str:
    """The outermost new group around a new node, or the node."""
    return next((one for one in groups.path(node) if one not in old.by_id), node)


def _parts(groups: Groups, chosen: set[str]) -> tuple[set[str], str]:
    """What directly makes up these nodes in the innermost group around them, and that group."""
    home = groups.around(chosen)
    depth = len(groups.path(home)) + bool(home)
    parts = {(*groups.path(node), node)[depth] for node in chosen}
    for part in parts & groups.by_id.keys():
        if not groups.members[part] <= chosen:
            raise EditError(
                tr(
                    "{title} is selected in part: select all of it, or layers of it only.",
                    title=groups[part].title,
                )
            )
    return parts, home


def _passes(layer: object) -> bool:
    return type(layer).__name__ not in ("Input", "Output")


def _tidy_name(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise EditError(
            tr(
                "A name has at most {longest_name} characters, this one has {count}.",
                longest_name=LONGEST_NAME,
                count=len(name),
            )
        )
    return name
