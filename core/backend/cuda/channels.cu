// Channels of (n, c, inner): their sums, for batch normalization, and what is done with a value of
// each. Sums are float64 and always taken in the same order, so the same input gives the same bits.

const int THREADS = 256; // of a block that adds up a part of a channel

// The sums of `one` and `other` over the threads of a block, in its first thread.
__device__ inline void add_up(double& one, double& other)
{
    __shared__ double ones[THREADS], others[THREADS];
    const int t = threadIdx.x;
    ones[t] = one;
    others[t] = other;
    __syncthreads();
    for (int half = THREADS / 2; half; half /= 2) {
        if (t < half) {
            ones[t] += ones[t + half];
            others[t] += others[t + half];
        }
        __syncthreads();
    }
    one = ones[0];
    other = others[0];
}

// Both sums of a channel's part: parts[0, part, c] and parts[1, part, c].
__device__ inline void store_part(double* parts, double one, double other, int c)
{
    if (threadIdx.x) return;
    long long at = (long long)blockIdx.y * c + blockIdx.x;
    parts[at] = one;
    parts[(long long)gridDim.y * c + at] = other;
}

// Σ (x − first) and Σ (x − first)², `first` being the channel's first value: near its mean, so that
// the difference of two large sums is never taken. Grid: channels, parts of `share` values.
extern "C" __global__ void __launch_bounds__(256) moment_parts(
    const real* x, double* parts, int share, int n, int c, int inner)
{
    const double first = x[(long long)blockIdx.x * inner];
    const int begin = blockIdx.y * share;
    const int end = begin + share < n * inner ? begin + share : n * inner;
    double sum = 0, square = 0;
    for (int t = begin + threadIdx.x; t < end; t += THREADS) {
        int image = t / inner;
        double value = x[((long long)image * c + blockIdx.x) * inner + t - image * inner] - first;
        sum += value;
        square += value * value;
    }
    add_up(sum, square);
    store_part(parts, sum, square, c);
}

// Mean and variance of every channel from the parts of its sums.
extern "C" __global__ void moments(
    const double* parts, const real* x, double* mean, double* variance, long long threads,
    int count, int n, int c, int inner)
{
    long long t = thread_number();
    if (t >= threads) return;
    double sum = 0, square = 0, values = (double)n * inner;
    for (int part = 0; part < count; part++) {
        sum += parts[(long long)part * c + t];
        square += parts[(long long)(count + part) * c + t];
    }
    sum /= values;
    square = square / values - sum * sum;
    mean[t] = (double)x[t * inner] + sum;
    variance[t] = square > 0 || square != square ? square : 0;
}

// Σ dy and Σ dy · (x − mean), of dy where y > 0 if `gated`. Grid: channels, parts of `share` values.
extern "C" __global__ void __launch_bounds__(256) product_parts(
    const real* x, const real* dy, const real* mean, const real* y, double* parts, int gated,
    int share, int n, int c, int inner)
{
    const real middle = mean[blockIdx.x];
    const int begin = blockIdx.y * share;
    const int end = begin + share < n * inner ? begin + share : n * inner;
    double sum = 0, product = 0;
    for (int t = begin + threadIdx.x; t < end; t += THREADS) {
        int image = t / inner;
        long long at = ((long long)image * c + blockIdx.x) * inner + t - image * inner;
        real slope = gated ? dy[at] * (real)(y[at] > 0) : dy[at];
        sum += slope;
        product += (double)(slope * (x[at] - middle));
    }
    add_up(sum, product);
    store_part(parts, sum, product, c);
}

// totals[which, c] = Σ parts[which, part, c].
extern "C" __global__ void add_parts(
    const double* parts, double* totals, long long threads, int count, int c)
{
    long long t = thread_number();
    if (t >= threads) return;
    long long which = t / c, channel = t % c;
    double sum = 0;
    for (int part = 0; part < count; part++) sum += parts[(which * count + part) * c + channel];
    totals[t] = sum;
}

// y = (x − mean) · factor + shift, then + other if `adds`, then max(…, 0) if `relu`; NaN stays.
extern "C" __global__ void normalize(
    const real* x, const real* mean, const real* factor, const real* shift, const real* other,
    real* y, long long threads, int adds, int relu, int c, int inner)
{
    long long t = thread_number();
    if (t >= threads) return;
    int channel = t / inner % c;
    real value = (x[t] - mean[channel]) * factor[channel] + shift[channel];
    if (adds) value += other[t];
    y[t] = relu && value <= 0 ? (real)0 : value;
}

// dx = dy · factor − (x − mean) · slope − offset, of dy where y > 0 if `gated`; `other` receives
// that dy if `hands`.
extern "C" __global__ void normalize_data(
    const real* x, const real* dy, const real* mean, const real* factor, const real* slope,
    const real* offset, const real* y, real* other, real* dx, long long threads, int gated,
    int hands, int c, int inner)
{
    long long t = thread_number();
    if (t >= threads) return;
    int channel = t / inner % c;
    real given = gated ? dy[t] * (real)(y[t] > 0) : dy[t];
    if (hands) other[t] = given;
    dx[t] = given * factor[channel] - (x[t] - mean[channel]) * slope[channel] - offset[channel];
}

// dx = dy where y is above 0.
extern "C" __global__ void relu_data(const real* dy, const real* y, real* dx, long long threads)
{
    long long t = thread_number();
    if (t < threads) dx[t] = dy[t] * (real)(y[t] > 0);
}
