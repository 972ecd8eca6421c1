// Convolution of few channels in a group: a product of matrices would compute mostly nothing, so
// one thread, or one block, makes one result by itself. Depthwise layers and first layers come here.
//
// Letters: c o channels in and out of one group, of which there are `groups`; n images, h w input
// size, p q output size, kh kw kernel, sh sw stride, dh dw dilation, top left padding.

const int THREADS = 128; // of a block that adds up one result

// y[m, o, p, q] = bias[o] + Σ over the c of o's group and i j of filters · x.
extern "C" __global__ void narrow_forward(
    const real* x, const real* filters, const real* bias, real* y, long long threads, int biased,
    int n, int groups, int c, int o, int h, int w, int p, int q, int kh, int kw, int sh, int sw,
    int dh, int dw, int top, int left)
{
    if (thread_number() >= threads) return;
    int t = (int)thread_number(); // fits, and divides faster
    int cell = t % (p * q), map = t / (p * q) % (groups * o);
    int image = t / (p * q) / (groups * o);
    int row = cell / q * sh - top, col = cell % q * sw - left;
    x += (long long)(image * groups + map / o) * c * h * w;
    filters += (long long)map * c * kh * kw;
    real sum = biased ? bias[map] : (real)0;
    for (int channel = 0; channel < c; channel++) {
        for (int i = 0; i < kh; i++) {
            int r = row + i * dh;
            for (int j = 0; j < kw; j++) {
                int s = col + j * dw;
                bool inside = r >= 0 && r < h && s >= 0 && s < w;
                if (inside) sum += filters[(channel * kh + i) * kw + j] * x[r * w + s];
            }
        }
        x += h * w;
    }
    y[t] = sum;
}

// dx[m, c, row, col] = Σ over the o of c's group and i j of filters · the dy made from this cell.
extern "C" __global__ void narrow_data(
    const real* dy, const real* filters, real* dx, long long threads, int n, int groups, int c,
    int o, int h, int w, int p, int q, int kh, int kw, int sh, int sw, int dh, int dw, int top,
    int left)
{
    if (thread_number() >= threads) return;
    int t = (int)thread_number(); // fits, and divides faster
    int cell = t % (h * w), map = t / (h * w) % (groups * c);
    int image = t / (h * w) / (groups * c);
    int group = map / c, row = cell / w + top, col = cell % w + left;
    dy += (long long)(image * groups + group) * o * p * q;
    filters += ((long long)group * o * c + map % c) * kh * kw;
    real sum = 0;
    for (int i = 0; i < kh; i++) {
        int r = output_of(row, i * dh, sh, p);
        for (int j = 0; j < kw; j++) {
            int s = output_of(col, j * dw, sw, q);
            if (r < 0 || s < 0) continue;
            for (int map_out = 0; map_out < o; map_out++)
                sum += filters[map_out * c * kh * kw + i * kw + j] * dy[(map_out * p + r) * q + s];
        }
    }
    dx[t] = sum;
}

// total[o, c, i, j] = Σ over images and outputs of dy · x: a block for each, its threads taking turns.
extern "C" __global__ void __launch_bounds__(128) narrow_filter(
    const real* x, const real* dy, real* total, int n, int groups, int c, int o, int h, int w, int p,
    int q, int kh, int kw, int sh, int sw, int dh, int dw, int top, int left)
{
    __shared__ real sums[THREADS];
    int number = blockIdx.x, j = number % kw, i = number / kw % kh;
    int channel = number / (kw * kh) % c, map = number / (kw * kh * c);
    real sum = 0;
    for (int t = threadIdx.x; t < n * p * q; t += THREADS) {
        int image = t / (p * q), cell = t % (p * q);
        int r = cell / q * sh + i * dh - top, s = cell % q * sw + j * dw - left;
        if (r < 0 || r >= h || s < 0 || s >= w) continue;
        long long seen = ((long long)image * groups + map / o) * c + channel;
        sum += dy[((long long)image * groups * o + map) * p * q + cell] * x[(seen * h + r) * w + s];
    }
    sums[threadIdx.x] = sum;
    __syncthreads();
    for (unsigned half = THREADS / 2; half; half /= 2) {
        if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
        __syncthreads();
    }
    if (threadIdx.x == 0) total[number] = sums[0];
}
