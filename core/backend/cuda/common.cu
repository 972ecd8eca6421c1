// What every kernel file begins with. The number type is given when compiling: -DREAL=float or
// -DREAL=double.

typedef REAL real;

// The number of this thread, counted over all blocks.
__device__ inline long long thread_number()
{
    return (long long)blockIdx.x * blockDim.x + threadIdx.x;
}

// Which output looks at padded cell `cell` with its kernel cell at `offset`; -1 if none does.
__device__ inline int output_of(int cell, int offset, int stride, int outputs)
{
    int start = cell - offset;
    if (start < 0 || start % stride) return -1;
    int output = start / stride;
    return output < outputs ? output : -1;
}
