"""Where the slides slip: what they say, and what it should be. The engine has the right number."""

from __future__ import annotations

from dataclasses import dataclass

from core.tongue import tr, translate_fields


@dataclass(frozen=True)
class Note:
    """A slide note: `said` on the slide of a `lecture`, `right` and why."""

    lecture: str
    said: str
    right: str

    def __post_init__(self) -> None:
        translate_fields(self, "said", "right")

    @property
    def text(self) -> str:
        """The note as people read it."""
        return tr(
            "Slide note: lecture {lecture} says: {said}. {right}",
            lecture=self.lecture,
            said=self.said,
            right=self.right,
        )


NOTES: dict[str, Note] = {
    "X1": Note(
        "000",
        "J = y*·log y + (1 − y*)·log(1 − y), and then θ₁₁ ← θ₁₁ + 1.336·λ",
        "J needs a minus in front to be a loss. As printed, y falls from 0.332 to 0.275 with"
        " λ = 0.1; with the minus θ₁₁ ← θ₁₁ − 1.336·λ, and y rises to 0.393.",
    ),
    "X2": Note(
        "000",
        "y*·1/y + (1 − y*)·1/(y − 1) × σ·(1 − σ) × …",
        "Brackets are missing round the first two terms: all of their sum is multiplied.",
    ),
    "X3": Note(
        "000",
        "P = 1 mends a stride of 3 on 5 cells",
        "(5 + 2 − 3)/3 + 1 = 2.33 is no whole number either; P = 2 gives exactly 3.",
    ),
    "X4": Note(
        "000",
        "there is a bias term for each of the weights",
        "There is one for each filter: here two, b = 1 and b = 0.",
    ),
    "X5": Note(
        "000",
        "e = 1, f = 1 for the map after pooling, and uses m for a filter and for a size",
        "The map has one cell, so that its indices are e = f = 0.",
    ),
    "X6": Note(
        "000 and 002",
        "(N − F + 2P)/S + 1 without rounding down",
        "Where the division is not whole, the last cells are left out: lectures 001 and 004 write"
        " ⌊(N − F + 2P)/S⌋ + 1.",
    ),
    "X7": Note(
        "001",
        "y[m, n] = ΣΣ I[i, j]·K[m − i, n − j]",
        "That turns the kernel by 180° and gives −6 where the worked example has 6. The example,"
        " this program and PyTorch all use the kernel as it stands (a correlation).",
    ),
    "X8": Note(
        "001",
        "full padding (i = 5, k = 3, p = 2) gives 6 cells",
        "(5 + 4 − 3)/1 + 1 = 7.",
    ),
    "X9": Note(
        "001",
        "−1 1 1 in the last row of w0[:, :, 2], on one of two pages",
        "The other page has −1 −1 1, and only that gives the −4 of o0[0, 1].",
    ),
    "X10": Note(
        "002",
        "z[2] = W[2]·x + b[2]",
        "The second layer sees what the first one gives: z[2] = W[2]·a[1] + b[2].",
    ),
    "X11": Note("002", "(b[2], 1) as the shape of b[2]", "It is (n[2], 1), one for each unit."),
    "X12": Note(
        "002", "(1/m)·Σ from 1 to n", "The mean is over the m items: the sum runs from 1 to m."
    ),
    "X13": Note(
        "002",
        "dZ1 = W2ᵀ dZ2 g′(Z1)",
        "g′ is multiplied cell by cell: dZ1 = (W2ᵀ dZ2) ∘ g′(Z1).",
    ),
    "X14": Note(
        "002",
        "0 −1 0 / −1 5 −1 / 0 −1 0 is edge detection or outline",
        "Its sum is 1, so it keeps the picture and sharpens it. An outline has 4 or 8 in the"
        " middle and the sum 0.",
    ),
    "X15": Note(
        "002",
        "VALID and SAME side by side, on two different pictures",
        "Compare them on one picture, as here: VALID is the middle of SAME.",
    ),
    "X16": Note(
        "004",
        "P_L rows on top and P_L rows at the bottom",
        "For an even kernel the sides differ: P_L on one and P_R on the other.",
    ),
    "X17": Note(
        "004",
        "8 as the second p-norm (p = 5)",
        "((2⁵ + 4⁵ + 7⁵ + 8⁵)/4)^(1/5) = 6.61; 8 is the maximum.",
    ),
    "X18": Note(
        "004",
        "z(1, 2) += Y(2, 2)·w(2, 1)",
        "The weight between them is w(1, 0), as a later slide has it.",
    ),
    "X19": Note(
        "004",
        "w(m, n, x − x′, x − y′), and the derivative at z(l, m)",
        "The last index is y − y′, and the derivative is the one at z(l, n).",
    ),
    "X20": Note(
        "004",
        "an upsampled dz of (H − 1)·S + 1 cells",
        "That forgets the cells that the stride left over. With N = 6, K = 3, S = 2 it gives dY"
        " 5×5 in place of 6×6 and dW 4×4 in place of 3×3.",
    ),
    "X21": Note(
        "004",
        "x = 1:stride:W and m = (x − 1)·stride in the backward loop",
        "That visits only every second z; x must run over all of them, 1:W.",
    ),
    "X22": Note(
        "004", "dDiv/dw must be upsampled", "It is dDiv/dz that gets zeros for the stride."
    ),
    "X23": Note(
        "004",
        "a loop for the derivative of mean pooling with j used twice and p unknown",
        "Every cell under a window gets dy/K²: dy(l, m, p·S + i, q·S + j) += dz(l, m, p, q)/K².",
    ),
    "X24": Note(
        "004",
        "b·H + (K − 1) as the size of a grown map, and code that makes (H − 1)·b + K",
        "They differ by b − 1, which PyTorch calls output padding: 8 and 7 for H = 3, b = 2,"
        " K = 3.",
    ),
    "X25": Note(
        "004",
        "N maps in and M out on one slide, M in and N out on the next",
        "Here M maps come in and N go out, on every step.",
    ),
    "X26": Note(
        "004",
        "a stride of 2 for AlexNet's second convolution",
        "It is 1, with a padding of 2. As printed maps would go 27 → 14 → 6 → 6 → 2, and the"
        " network would have 28.8 million weights in place of 61.",
    ),
    "X27": Note(
        "004",
        "630 million connections for AlexNet",
        "Counted one by one they are 725 million with two groups, 1,136 million without.",
    ),
    "X28": Note("004", "a weight decay of 1e-5 for ResNet", "The paper uses 1e-4."),
    "X29": Note(
        "004",
        "LeNet-5 with max pooling on MNIST (32×32 images)",
        "MNIST has 28×28 cells, padded to 32. The network of 1998 used a trained mean for pooling"
        " and a table of which maps are connected.",
    ),
    "X30": Note(
        "004",
        "Δw = x·y with a winner is enough for the neocognitron",
        "By itself it makes all planes alike. Fukushima's inhibition, with b learned too, or"
        " weights of length 1, keep them apart.",
    ),
}
