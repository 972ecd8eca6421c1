// The few words of CUDA C++ that our kernels use, for a plain C++ compiler: threads of a grid run
// one after another. Kernels here share no memory between threads, so the order does not matter.
#pragma once

struct Index { unsigned x; };
static Index blockIdx, blockDim, gridDim, threadIdx;

#define __global__
#define __device__ static

template <class Kernel> void for_each_thread(unsigned grid, unsigned block, Kernel kernel)
{
    gridDim.x = grid;
    blockDim.x = block;
    for (blockIdx.x = 0; blockIdx.x < grid; blockIdx.x++)
        for (threadIdx.x = 0; threadIdx.x < block; threadIdx.x++) kernel();
}
