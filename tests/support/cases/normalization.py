"""Cases of the family "normalization"."""

from __future__ import annotations

from core.layers import (
    BatchNorm1d,
    BatchNorm2d,
    GroupNorm,
    InstanceNorm2d,
    LayerNorm,
    LocalResponseNorm,
    Scale,
)
from core.shapes import Shape
from tests.support.cases.case import Case, Refusal, Table, illegal

SHAPES: tuple[Shape, ...] = ((7,), (3, 5), (2, 3, 4), (4, 1, 1))

TABLE: Table = {
    BatchNorm2d: [
        Case(BatchNorm2d(**settings), ((3, 4, 2),), 5, training=training)
        for settings in ({}, {"eps": 0.1, "momentum": 0.5}, {"momentum": 1.0})
        for training in (True, False)
    ]
    + [Case(BatchNorm2d(), ((2, 1, 1),), 6), Case(BatchNorm2d(), ((1, 3, 3),), 1)]
    + [
        Case(BatchNorm2d(momentum=momentum), (shape,), 2, training=training)
        for shape in ((5, 2, 2), (1, 1, 4), (3, 5, 1), (2, 6, 3))
        for momentum, training in ((0.1, True), (0.0, True), (0.1, False))
    ],
    BatchNorm1d: [
        Case(BatchNorm1d(**settings), (shape,), 5, training=training)
        for settings in ({}, {"eps": 0.1, "momentum": 0.5}, {"momentum": 1.0})
        for shape in ((6,), (3, 4))
        for training in (True, False)
    ]
    + [Case(BatchNorm1d(), ((2, 1),), 6), Case(BatchNorm1d(), ((1, 5),), 1)]
    + [
        Case(BatchNorm1d(momentum=0.0), (shape,), 4, training=training)
        for shape in ((1,), (9,), (5, 2), (2, 9))
        for training in (True, False)
    ],
    LayerNorm: [
        *(
            Case(LayerNorm(affine=affine), (shape,), batch)
            for shape in ((7,), (3, 5), (2, 3, 4))
            for affine in (True, False)
            for batch in (1, 3)
        ),
        *(Case(LayerNorm(last_axes=axes), ((2, 3, 4),)) for axes in (1, 2, 3)),
        Case(LayerNorm(last_axes=1), ((3, 5),), 4),
        Case(LayerNorm(last_axes=2, eps=0.1, affine=False), ((2, 4, 4),), 1),
        Case(LayerNorm(last_axes=2), ((2, 5, 1),), 2),
        Case(LayerNorm(last_axes=3), ((1, 1, 6),), 2),
        Case(LayerNorm(eps=1.0), ((2, 1),), 2),
    ],
    GroupNorm: [
        *(
            Case(GroupNorm(num_groups=groups, affine=affine), ((6, 3, 2),), 2)
            for groups in (1, 2, 3, 6)
            for affine in (True, False)
        ),
        Case(GroupNorm(num_groups=2), ((8,),), 3),
        Case(GroupNorm(num_groups=2, eps=0.1), ((4, 5),), 1),
        Case(GroupNorm(), ((16, 1, 1),), 2),
        Case(GroupNorm(num_groups=1), ((1, 4, 4),), 1),
        *(
            Case(GroupNorm(num_groups=groups, affine=affine), (shape,), 3)
            for groups, shape in ((3, (9,)), (2, (4, 7)), (5, (5, 1, 3)), (4, (8, 2, 2)))
            for affine in (True, False)
        ),
    ],
    InstanceNorm2d: [
        Case(InstanceNorm2d(eps=eps, affine=affine), (shape,), batch)
        for eps in (1e-5, 0.1)
        for affine in (False, True)
        for shape, batch in (
            ((2, 3, 4), 3),
            ((1, 5, 1), 1),
            ((4, 2, 2), 2),
            ((3, 1, 7), 2),
            ((2, 6, 5), 1),
        )
    ],
    LocalResponseNorm: [
        *(
            Case(LocalResponseNorm(size=size), ((6, 2, 3),), 2)
            for size in (1, 2, 3, 4, 5, 11, 12, 30)
        ),
        Case(LocalResponseNorm(alpha=1.0, k=1.0), ((7, 2, 2),), 1),
        Case(LocalResponseNorm(3, 1.0, 0.75, 1.0), ((2, 3, 3),), 3),
        Case(LocalResponseNorm(4, 0.5, 2.0, 0.3), ((5, 2, 1),), 2),
        Case(LocalResponseNorm(2, 1.0, 0.5), ((1, 1, 1),), 2),
        Case(LocalResponseNorm(5, 1e-4, 0.75, 1.0), ((8, 2, 2),), 2, spread=50.0),
        Case(LocalResponseNorm(beta=0.0), ((3, 2, 2),), 2),
        *(
            Case(LocalResponseNorm(size, 0.5, 0.75, 1.0), (shape,), 2)
            for size in (3, 4)
            for shape in ((9, 1, 1), (4, 3, 1), (1, 2, 5))
        ),
    ],
    Scale: [
        Case(Scale(bias=bias), (shape,), batch)
        for bias in (True, False)
        for shape in (*SHAPES, (1, 6, 5))
        for batch in (1, 3)
    ],
}

REFUSALS: tuple[Refusal, ...] = (
    *illegal(BatchNorm2d, "eps", 0.0, -1e-5),
    *illegal(BatchNorm2d, "momentum", 1.5),
    Refusal(BatchNorm2d, {}, ((5,),)),
    *illegal(BatchNorm1d, "eps", 0.0, -1e-5),
    *illegal(BatchNorm1d, "momentum", 1.5, -0.1),
    Refusal(BatchNorm1d, {}, ((2, 3, 3),)),
    *illegal(LayerNorm, "eps", 0.0),
    *illegal(LayerNorm, "affine", 1),
    *illegal(LayerNorm, "last_axes", -1, 4, 1.0),
    Refusal(LayerNorm, {"last_axes": 3}, ((2, 4),), "last_axes"),
    Refusal(LayerNorm, {"last_axes": 2}, ((4,),), "last_axes"),
    *illegal(GroupNorm, "num_groups", 0, 2.0),
    Refusal(GroupNorm, {}, ((6, 3, 3),), "num_groups"),
    Refusal(GroupNorm, {"num_groups": 8}, ((4,),), "num_groups"),
    Refusal(GroupNorm, {"num_groups": 3}, ((7, 5),), "num_groups"),
    *illegal(InstanceNorm2d, "affine", "no"),
    Refusal(InstanceNorm2d, {}, ((3, 1, 1),)),
    Refusal(InstanceNorm2d, {}, ((3,),)),
    *illegal(LocalResponseNorm, "size", 0, 1.5),
    *illegal(LocalResponseNorm, "k", 0.0),
    *illegal(LocalResponseNorm, "alpha", -1.0),
    *illegal(LocalResponseNorm, "beta", 11.0),
    Refusal(LocalResponseNorm, {}, ((5,),)),
    *illegal(Scale, "bias", 1, None),
)
