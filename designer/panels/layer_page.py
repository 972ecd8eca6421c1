"""The help page of a layer: what it does, its formula, its names elsewhere, an example. No Qt."""

from __future__ import annotations

from html import escape

from core.explain.pages import names_elsewhere, sections
from core.layers import FAMILIES, Layer
from core.settings import Setting, SettingError, settings_of
from core.shapes import Shape, ShapeError
from core.tongue import tr
from designer.notation import shape_text
from designer.panels.typeset import typeset

# Inputs of an example, the first that the layer takes as it comes from the palette.
_EXAMPLES: tuple[tuple[Shape, ...], ...] = (
    ((3, 32, 32),), ((3, 100),), ((64,),), ((8, 16, 16), (8, 16, 16)), ((1, 16, 16),), (),
)  # fmt: skip


def page_of(cls: type[Layer], *, muted: str) -> str:
    """The help page of a layer as HTML."""
    found = sections(cls)

    def part(title: str, body: str) -> str:
        return f"<p><span style='color:{muted}'>{title}</span><br>{body}</p>" if body else ""

    head = (
        f"<h3>{cls.__name__}</h3><p><span style='color:{muted}'>{FAMILIES[cls.family]}</span></p>"
    )
    parts = [
        head,
        f"<p>{escape(found[''])}</p>",
        part(
            tr("Formula"),
            f"<span style='font-size: 14px'>{typeset(found.get('Formula', ''))}</span>",
        ),
        part(tr("Shape"), typeset(found.get("Shape", ""))),
        part(tr("For example"), escape(example(cls))),
        part(tr("Backward"), typeset(found.get("Backward", ""))),
        part(tr("Elsewhere"), _elsewhere(cls)),
        part(tr("Source"), escape(found.get("Source", ""))),
        part(tr("See also"), escape(found.get("See also", ""))),
    ]
    declared = settings_of(cls)
    if declared:
        parts.append(tr("<p><span style='color:{muted}'>Settings</span></p>", muted=muted))
        parts += [f"<p>{_setting(one)}</p>" for one in declared]
    return "".join(parts)


def tip_of(cls: type[Layer]) -> str:
    """The page in short, for a tooltip: rich text that wraps."""
    found = sections(cls)
    lines = [escape(found[""]), typeset(found.get("Formula", "")), escape(example(cls))]
    lines.append(_elsewhere(cls))
    return "".join(f"<p>{line}</p>" for line in lines if line)


def example(cls: type[Layer]) -> str:
    """A size that goes in and what comes out: `32 × 32 × 3 → 30 × 30 × 32`; "" where none is."""
    for inputs in _EXAMPLES:
        try:
            layer = cls()
            if len(inputs) != (2 if layer.many_slots else len(layer.slots)):
                continue
            output = layer.infer(*inputs)
        except (ShapeError, SettingError):
            continue
        into = ", ".join(shape_text(shape) for shape in inputs)
        return f"{into} → {shape_text(output)}" if into else shape_text(output)
    return ""


def _elsewhere(cls: type[Layer]) -> str:
    torch, keras = names_elsewhere(cls)
    told = [tr("PyTorch: {torch}", torch=torch)] if torch else []
    told += [tr("Keras: {keras}", keras=keras)] if keras else []
    return escape(" · ".join(told))


def _setting(one: Setting) -> str:
    keras = tr(", Keras {keras}", keras=one.keras) if one.keras else ""
    return f"<b>{escape(one.label)}</b> ({one.name}{keras}): {escape(one.help)}"
