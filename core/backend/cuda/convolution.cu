// Convolution as one matrix product, left × right, whose right factor is looked up, never stored.
//
//   forward  y[o, (n p q)]  = Σ over (c i j)  filters[o, (c i j)]  · x where (c i j) meets (n p q)
//   data     dx[c, (n h w)] = Σ over (o i j)  filters[o, c, (i j)] · dy where (o i j) met (n h w)
//   filter   dw[o, (c i j)] = Σ over (n p q)  dy[o, (n p q)]       · x where (c i j) meets (n p q)
//
// A block of 128 threads makes 64 × 64 results, going through the depth of the product in slices
// of 16. While a slice is multiplied, the next one is on its way from memory. Compiled with
// -DTENSOR_CORES (float only), factors are rounded to TF32 and multiplied by the tensor cores;
// sums stay float32.
//
// Letters: n images, c o channels in and out of one group, h w input size, p q output size,
// kh kw kernel, sh sw stride, dh dw dilation, top left padding. The group is blockIdx.z.

const int ROWS = 64, COLS = 64, DEPTH = 16, THREADS = 128;
const int PITCH = 72;                      // a slice's row in memory: no two lanes meet in one bank
const int EACH = ROWS * DEPTH / THREADS;   // values of a factor that one thread fetches
const int RESULTS = ROWS * COLS / THREADS; // results that one thread adds up
const int FAR = 1 << 30;

// Where something lies: the sum of an image's and a channel's start, and a row and column.
struct Cell { int base, y, x; };

__device__ inline Cell outside()
{
    return Cell{0, -FAR, 0};
}

struct Sizes {
    int n, groups, c, o, h, w, p, q, kh, kw, sh, sw, dh, dw, top, left;

    __device__ int taps() const { return kh * kw; }

    // Kernel cell and input channel number `number` of (c i j): how far it looks from a place.
    __device__ Cell tap(int number) const
    {
        int channel = number / taps(), cell = number % taps();
        return Cell{channel * h * w, cell / kw * dh, cell % kw * dw};
    }

    // Output number `number` of (n p q): where its window begins in x.
    __device__ Cell place(int number, int group) const
    {
        int image = number / (p * q), cell = number % (p * q);
        return Cell{(image * groups + group) * c * h * w, cell / q * sh - top, cell % q * sw - left};
    }

    // Where output (n p q) of a group's first channel lies in y.
    __device__ int output(int number, int group) const
    {
        int image = number / (p * q);
        return (image * groups + group) * o * p * q + number - image * p * q;
    }

    __device__ real look(const real* x, Cell at, Cell from) const
    {
        int row = at.y + from.y, col = at.x + from.x;
        bool inside = row >= 0 && row < h && col >= 0 && col < w;
        return inside ? x[at.base + from.base + row * w + col] : (real)0;
    }
};

// ---- the three products: rows × depth times depth × columns -------------------------------------

struct Forward : Sizes {
    const real *x, *filters, *bias;
    real* y;
    int group;
    static const bool by_depth = false; // neighbouring columns lie side by side in memory

    __device__ int rows() const { return o; }
    __device__ int cols() const { return n * p * q; }
    __device__ const real* left() const { return filters + group * o * c * taps(); }
    __device__ int row_step() const { return c * taps(); }
    __device__ int offset(int d) const { return d; }
    __device__ Cell inner(int d) const { return tap(d); }
    __device__ Cell outer(int col) const { return place(col, group); }
    __device__ real right(Cell a, Cell b) const { return look(x, a, b); }
    __device__ void store(int row, int col, real value) const
    {
        y[output(col, group) + row * p * q] = bias ? value + bias[group * o + row] : value;
    }
};

struct Data : Sizes {
    const real *dy, *filters;
    real* dx;
    int group;
    static const bool by_depth = false;

    __device__ int rows() const { return c; }
    __device__ int cols() const { return n * h * w; }
    __device__ const real* left() const { return filters + group * o * c * taps(); }
    __device__ int row_step() const { return taps(); }
    __device__ int offset(int d) const { return d / taps() * c * taps() + d % taps(); }
    __device__ Cell inner(int d) const
    {
        int cell = d % taps();
        return Cell{d / taps() * p * q, -(cell / kw * dh), -(cell % kw * dw)};
    }
    __device__ Cell outer(int col) const
    {
        int image = col / (h * w), cell = col % (h * w);
        return Cell{(image * groups + group) * o * p * q, cell / w + top, cell % w + left_side()};
    }
    __device__ int left_side() const { return Sizes::left; }
    __device__ real right(Cell a, Cell b) const
    {
        int row = output_of(a.y + b.y, 0, sh, p), col = output_of(a.x + b.x, 0, sw, q);
        return row < 0 || col < 0 ? (real)0 : dy[a.base + b.base + row * q + col];
    }
    __device__ void store(int row, int col, real value) const
    {
        int image = col / (h * w);
        dx[((image * groups + group) * c + row) * h * w + col - image * h * w] = value;
    }
};

struct Filter : Sizes {
    const real *x, *dy;
    real* parts;
    int group, part;
    static const bool by_depth = true; // neighbours in depth lie side by side in memory

    __device__ int rows() const { return o; }
    __device__ int cols() const { return c * taps(); }
    __device__ const real* left() const { return dy; }
    __device__ int row_step() const { return p * q; }
    __device__ int offset(int d) const { return output(d, group); }
    __device__ Cell inner(int d) const { return place(d, group); }
    __device__ Cell outer(int col) const { return tap(col); }
    __device__ real right(Cell a, Cell b) const { return look(x, a, b); }
    __device__ void store(int row, int col, real value) const
    {
        parts[((long long)(part * groups + group) * o + row) * cols() + col] = value;
    }
};

// ---- what a thread adds up ----------------------------------------------------------------------

#ifdef TENSOR_CORES

#ifndef ON_THE_CPU
// The nearest TF32 number: 8 bits of exponent, 10 of fraction.
__device__ inline float to_tf32(float value)
{
    unsigned bits;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(value));
    return __uint_as_float(bits);
}

// c (16 × 8) += a (16 × 8) · b (8 × 8), spread over the 32 lanes of a warp as PTX has it:
// with g = lane / 4 and l = lane % 4, a lane holds a[g, l] a[g+8, l] a[g, l+4] a[g+8, l+4],
// b[l, g] b[l+4, g] and c[g, 2l] c[g, 2l+1] c[g+8, 2l] c[g+8, 2l+1].
__device__ inline void multiply_add(float* c, const float* a, const float* b)
{
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
                 "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                 : "r"(__float_as_uint(a[0])), "r"(__float_as_uint(a[1])),
                   "r"(__float_as_uint(a[2])), "r"(__float_as_uint(a[3])),
                   "r"(__float_as_uint(b[0])), "r"(__float_as_uint(b[1])));
}
#endif

// What a slice keeps of a factor.
__device__ inline float kept(float value)
{
    return to_tf32(value);
}

// Each of the four warps makes 32 × 32 results: 2 × 4 products of 16 × 8.
struct Sums {
    float values[RESULTS];

    __device__ static int first_row() { return threadIdx.x / 64 * 32; }
    __device__ static int first_col() { return threadIdx.x / 32 % 2 * 32; }
    __device__ static int row(int i)
    {
        return first_row() + i / 16 * 16 + i % 4 / 2 * 8 + threadIdx.x % 32 / 4;
    }
    __device__ static int col(int i)
    {
        return first_col() + i / 4 % 4 * 8 + threadIdx.x % 4 * 2 + i % 2;
    }

    __device__ void add(const real (*left)[PITCH], const real (*right)[PITCH])
    {
        const int g = threadIdx.x % 32 / 4, l = threadIdx.x % 4;
        for (int d = 0; d < DEPTH; d += 8) {
            float b[4][2];
#pragma unroll
            for (int j = 0; j < 4; j++) {
                int col = first_col() + 8 * j + g;
                b[j][0] = right[d + l][col];
                b[j][1] = right[d + l + 4][col];
            }
#pragma unroll
            for (int i = 0; i < 2; i++) {
                int row = first_row() + 16 * i + g;
                float a[4] = {left[d + l][row], left[d + l][row + 8],
                              left[d + l + 4][row], left[d + l + 4][row + 8]};
#pragma unroll
                for (int j = 0; j < 4; j++) multiply_add(values + (i * 4 + j) * 4, a, b[j]);
            }
        }
    }
};

#else

__device__ inline real kept(real value)
{
    return value;
}

// Each thread makes 8 × 4 results.
struct Sums {
    real values[RESULTS];

    __device__ static int row(int i) { return threadIdx.x / 16 * 8 + i / 4; }
    __device__ static int col(int i) { return threadIdx.x % 16 * 4 + i % 4; }

    __device__ void add(const real (*left)[PITCH], const real (*right)[PITCH])
    {
        for (int d = 0; d < DEPTH; d++) {
            real a[8], b[4];
#pragma unroll
            for (int i = 0; i < 8; i++) a[i] = left[d][row(4 * i)];
#pragma unroll
            for (int j = 0; j < 4; j++) b[j] = right[d][col(j)];
#pragma unroll
            for (int i = 0; i < RESULTS; i++) values[i] += a[i / 4] * b[i % 4];
        }
    }
};

#endif

// ---- the product itself -------------------------------------------------------------------------

// What the depths of a slice mean, and the columns of this block: worked out once, by few threads.
struct Meaning {
    int offset[DEPTH];
    Cell inner[DEPTH], outer[COLS];
};

template <class Product>
__device__ inline void explain(const Product& product, Meaning& means, int d0, int end)
{
    int d = threadIdx.x;
    if (d >= DEPTH) return;
    means.offset[d] = d0 + d < end ? product.offset(d0 + d) : 0;
    means.inner[d] = d0 + d < end ? product.inner(d0 + d) : outside();
}

// A thread's share of a slice of both factors; what lies beyond them is 0.
template <class Product>
__device__ inline void fetch(
    const Product& product, const Meaning& means, int d0, int end, real* a, real* b)
{
    const int t = threadIdx.x, row0 = blockIdx.y * ROWS;
    const int d = t % DEPTH;
#pragma unroll
    for (int i = 0; i < EACH; i++) {
        int row = row0 + t / DEPTH + i * (THREADS / DEPTH);
        bool inside = row < product.rows() && d0 + d < end;
        a[i] = inside ? product.left()[row * product.row_step() + means.offset[d]] : (real)0;
    }
    const Cell mine = Product::by_depth ? means.inner[d] : means.outer[t % COLS];
#pragma unroll
    for (int i = 0; i < EACH; i++) {
        Cell other = Product::by_depth ? means.outer[t / DEPTH + i * (THREADS / DEPTH)]
                                       : means.inner[t / COLS + i * (THREADS / COLS)];
        b[i] = product.right(mine, other);
    }
}

template <class Product>
__device__ inline void keep(real (*left)[PITCH], real (*right)[PITCH], const real* a, const real* b)
{
    const int t = threadIdx.x;
#pragma unroll
    for (int i = 0; i < EACH; i++) {
        int along = t / DEPTH + i * (THREADS / DEPTH);
        left[t % DEPTH][along] = kept(a[i]);
        if (Product::by_depth) right[t % DEPTH][along] = kept(b[i]);
        else right[t / COLS + i * (THREADS / COLS)][t % COLS] = kept(b[i]);
    }
}

// This block's results of a product, added up over the depths from `begin` to before `end`.
template <class Product>
__device__ inline void multiply(const Product& product, int begin, int end)
{
    alignas(16) __shared__ real left[DEPTH][PITCH];
    alignas(16) __shared__ real right[DEPTH][PITCH];
    __shared__ Meaning means;
    const int row0 = blockIdx.y * ROWS, col0 = blockIdx.x * COLS, t = threadIdx.x;
    real a[EACH], b[EACH];
    Sums sums = {};
    if (t < COLS) means.outer[t] = col0 + t < product.cols() ? product.outer(col0 + t) : outside();
    explain(product, means, begin, end);
    __syncthreads();
    fetch(product, means, begin, end, a, b);
    __syncthreads();
    for (int d0 = begin; d0 < end; d0 += DEPTH) {
        const int next = d0 + DEPTH;
        keep<Product>(left, right, a, b);
        if (next < end) explain(product, means, next, end);
        __syncthreads();
        if (next < end) fetch(product, means, next, end, a, b);
        sums.add(left, right);
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < RESULTS; i++) {
        int row = row0 + Sums::row(i), col = col0 + Sums::col(i);
        if (row < product.rows() && col < product.cols()) product.store(row, col, sums.values[i]);
    }
}

// ---- the kernels: grid (columns / 64, rows / 64, groups) of 128 threads --------------------------

extern "C" __global__ void __launch_bounds__(128) conv_forward(
    const real* x, const real* filters, const real* bias, real* y, int biased, int n, int groups,
    int c, int o, int h, int w, int p, int q, int kh, int kw, int sh, int sw, int dh, int dw,
    int top, int left)
{
    Forward made;
    (Sizes&)made = Sizes{n, groups, c, o, h, w, p, q, kh, kw, sh, sw, dh, dw, top, left};
    made.x = x, made.filters = filters, made.bias = biased ? bias : 0, made.y = y;
    made.group = blockIdx.z;
    multiply(made, 0, c * kh * kw);
}

extern "C" __global__ void __launch_bounds__(128) conv_data(
    const real* dy, const real* filters, real* dx, int n, int groups, int c, int o, int h, int w,
    int p, int q, int kh, int kw, int sh, int sw, int dh, int dw, int top, int left)
{
    Data made;
    (Sizes&)made = Sizes{n, groups, c, o, h, w, p, q, kh, kw, sh, sw, dh, dw, top, left};
    made.dy = dy, made.filters = filters, made.dx = dx;
    made.group = blockIdx.z;
    multiply(made, 0, o * kh * kw);
}

// The depth, (n p q), is long and the results few: it is cut into parts of `share`, whose sums lie
// one after the other in `parts` (part, o, c, kh, kw). blockIdx.z counts groups, then parts.
extern "C" __global__ void __launch_bounds__(128) conv_filter(
    const real* x, const real* dy, real* parts, int share, int n, int groups, int c, int o, int h,
    int w, int p, int q, int kh, int kw, int sh, int sw, int dh, int dw, int top, int left)
{
    Filter made;
    (Sizes&)made = Sizes{n, groups, c, o, h, w, p, q, kh, kw, sh, sw, dh, dw, top, left};
    made.x = x, made.dy = dy, made.parts = parts;
    made.group = blockIdx.z % groups, made.part = blockIdx.z / groups;
    int begin = made.part * share, depth = n * p * q;
    multiply(made, begin, begin + share < depth ? begin + share : depth);
}

// total[t] = Σ parts[part, t], always in the same order.
extern "C" __global__ void sum_parts(const real* parts, real* total, long long threads, int count)
{
    long long t = thread_number();
    if (t >= threads) return;
    real sum = 0;
    for (int part = 0; part < count; part++) sum += parts[part * threads + t];
    total[t] = sum;
}
