// Windows on the GPU: what core/backend/numpy.py does by slices, one thread for each value written.
//
// Letters as there: n images, c channels, h w input size, p q output size, kh kw kernel,
// sh sw stride, dh dw dilation; top left is the padding before the maps.
//
// Gradients are gathered, not scattered: each thread adds up what its own cell receives, always in
// the same order. So nothing is added atomically and the same input gives the same bits.

// cols[m, i, j, p, q] = x[m, p*sh + i*dh - top, q*sw + j*dw - left], m being the map, 0 outside.
extern "C" __global__ void columns(
    const real* x, real* cols, long long threads, int h, int w, int p, int q, int kh, int kw,
    int sh, int sw, int dh, int dw, int top, int left)
{
    long long t = thread_number();
    if (t >= threads) return;
    long long map = t / (p * q);
    int place = t % (p * q);
    int row = place / q * sh - top, col = place % q * sw - left;
    x += map * h * w;
    cols += map * kh * kw * p * q + place;
    for (int i = 0; i < kh; i++) {
        for (int j = 0; j < kw; j++) {
            int y = row + i * dh, z = col + j * dw;
            bool inside = y >= 0 && y < h && z >= 0 && z < w;
            *cols = inside ? x[y * w + z] : (real)0;
            cols += p * q;
        }
    }
}

// x[m, row, col] = the sum of all cols[m, i, j, p, q] that were read from this cell.
extern "C" __global__ void scatter(
    const real* cols, real* x, long long threads, int h, int w, int p, int q, int kh, int kw,
    int sh, int sw, int dh, int dw, int top, int left)
{
    long long t = thread_number();
    if (t >= threads) return;
    long long map = t / (h * w);
    int place = t % (h * w);
    int row = place / w + top, col = place % w + left;
    cols += map * kh * kw * p * q;
    real sum = 0;
    for (int i = 0; i < kh; i++) {
        int y = output_of(row, i * dh, sh, p);
        if (y < 0) continue;
        for (int j = 0; j < kw; j++) {
            int z = output_of(col, j * dw, sw, q);
            if (z >= 0) sum += cols[((i * kw + j) * p + y) * q + z];
        }
    }
    x[t] = sum;
}

// The largest value under each window and its kernel cell; the first of equals, NaN above all.
extern "C" __global__ void max_pool(
    const real* x, real* best, int* index, long long threads, int h, int w, int p, int q, int kh,
    int kw, int sh, int sw, int dh, int dw, int top, int left)
{
    long long t = thread_number();
    if (t >= threads) return;
    long long map = t / (p * q);
    int place = t % (p * q);
    int row = place / q * sh - top, col = place % q * sw - left;
    x += map * h * w;
    bool found = false;
    real largest = 0;
    int cell = 0;
    for (int i = 0; i < kh; i++) {
        int y = row + i * dh;
        if (y < 0 || y >= h) continue;
        for (int j = 0; j < kw; j++) {
            int z = col + j * dw;
            if (z < 0 || z >= w) continue;
            real value = x[y * w + z];
            if (found && !(value > largest) && value == value) continue;
            found = true;
            largest = value;
            cell = i * kw + j;
        }
    }
    best[t] = largest;
    index[t] = cell;
}

// dx[m, row, col] = the sum of dy over the windows that this cell has won.
extern "C" __global__ void max_pool_data(
    const real* dy, const int* index, real* dx, long long threads, int h, int w, int p, int q,
    int kh, int kw, int sh, int sw, int dh, int dw, int top, int left)
{
    long long t = thread_number();
    if (t >= threads) return;
    long long map = t / (h * w);
    int place = t % (h * w);
    int row = place / w + top, col = place % w + left;
    dy += map * p * q;
    index += map * p * q;
    real sum = 0;
    for (int i = 0; i < kh; i++) {
        int y = output_of(row, i * dh, sh, p);
        if (y < 0) continue;
        for (int j = 0; j < kw; j++) {
            int z = output_of(col, j * dw, sw, q);
            if (z >= 0 && index[y * q + z] == i * kw + j) sum += dy[y * q + z];
        }
    }
    dx[t] = sum;
}

// y[m, p, q] = the sum of x under the window; the padding counts nothing.
extern "C" __global__ void sum_pool(
    const real* x, real* y, long long threads, int h, int w, int p, int q, int kh, int kw, int sh,
    int sw, int dh, int dw, int top, int left)
{
    long long t = thread_number();
    if (t >= threads) return;
    long long map = t / (p * q);
    int place = t % (p * q);
    int row = place / q * sh - top, col = place % q * sw - left;
    x += map * h * w;
    real sum = 0;
    for (int i = 0; i < kh; i++) {
        int r = row + i * dh;
        if (r < 0 || r >= h) continue;
        for (int j = 0; j < kw; j++) {
            int c = col + j * dw;
            if (c >= 0 && c < w) sum += x[r * w + c];
        }
    }
    y[t] = sum;
}

// dx[m, row, col] = the sum of dy over the windows that cover this cell.
extern "C" __global__ void sum_pool_data(
    const real* dy, real* dx, long long threads, int h, int w, int p, int q, int kh, int kw, int sh,
    int sw, int dh, int dw, int top, int left)
{
    long long t = thread_number();
    if (t >= threads) return;
    long long map = t / (h * w);
    int place = t % (h * w);
    int row = place / w + top, col = place % w + left;
    dy += map * p * q;
    real sum = 0;
    for (int i = 0; i < kh; i++) {
        int y = output_of(row, i * dh, sh, p);
        if (y < 0) continue;
        for (int j = 0; j < kw; j++) {
            int z = output_of(col, j * dw, sw, q);
            if (z >= 0) sum += dy[y * q + z];
        }
    }
    dx[t] = sum;
}
