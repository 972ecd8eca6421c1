// The words of CUDA C++ that our kernels use, for a plain C++ compiler.
//
// The threads of a block run one after another, each until it waits for the others: a thread is a
// context of its own that is left at __syncthreads() and taken up again when all have come so far.
// Blocks follow one another, so what a block shares is a static variable.
#pragma once

#include <setjmp.h>
#include <ucontext.h>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#define ON_THE_CPU

struct Index { unsigned x, y, z; };
Index blockIdx, blockDim, gridDim, threadIdx;

#define __global__
#define __device__
#define __shared__ static
#define __launch_bounds__(threads)

namespace emulation {

const size_t STACK = 64 << 10;
static std::vector<ucontext_t> threads; // where they begin
static std::vector<std::array<char, sizeof(jmp_buf)>> places; // and where they were left
static jmp_buf back;
static unsigned begun; // threads before this one have begun, in this block or one before
static std::vector<std::vector<char>> stacks;
static std::vector<int> barriers; // how many each thread has passed; -1 once it has ended
static void (*body)(void*);
static void* bound;

inline void fail(const char* sentence)
{
    std::fprintf(stderr, "%s\n", sentence);
    std::abort();
}

// A jump keeps no signal mask as a change of context does, and so is many times faster.
inline jmp_buf& place(unsigned thread)
{
    return *(jmp_buf*)places[thread].data();
}

// A thread does one block after another, so that its context is made only once.
inline void begin_thread()
{
    unsigned me = threadIdx.x;
    for (;;) {
        body(bound);
        barriers[me] = -1;
        if (!_setjmp(place(me))) _longjmp(back, 1);
    }
}

inline void wait_for_all()
{
    unsigned me = threadIdx.x;
    barriers[me]++;
    if (!_setjmp(place(me))) _longjmp(back, 1);
    asm volatile("" ::: "memory"); // what is shared is read again: others have run
}

// Let a thread go on until it waits or ends.
inline void go_on(unsigned thread)
{
    threadIdx.x = thread;
    if (_setjmp(back)) return;
    if (thread < begun) _longjmp(place(thread), 1);
    setcontext(&threads[thread]);
}

// More threads, if there are not so many yet; each begins when it is first let go on.
inline void make_threads(unsigned count)
{
    begun = threads.size();
    if (begun >= count) return;
    threads.resize(count);
    places.resize(count);
    stacks.resize(count, std::vector<char>(STACK));
    for (unsigned t = begun; t < count; t++) {
        getcontext(&threads[t]);
        threads[t].uc_stack.ss_sp = stacks[t].data();
        threads[t].uc_stack.ss_size = STACK;
        threads[t].uc_link = nullptr;
        makecontext(&threads[t], begin_thread, 0);
    }
}

inline void run_block(bool backwards)
{
    unsigned count = blockDim.x;
    barriers.assign(count, 0);
    while (barriers[0] >= 0) {
        for (unsigned i = 0; i < count; i++) {
            unsigned t = backwards ? count - 1 - i : i;
            if (barriers[t] < 0) fail("a thread waits at a barrier that another never reaches");
            go_on(t);
        }
        begun = threads.size();
        for (unsigned t = 1; t < count; t++)
            if (barriers[t] != barriers[0]) fail("threads of a block wait at different barriers");
    }
}

} // namespace emulation

#define __syncthreads() emulation::wait_for_all()

// Every thread of every block; `waits` where the kernel has barriers. `backwards` takes the
// threads in the other order: where the results differ, a barrier is missing.
template <class Kernel>
void for_each_thread(const unsigned* grid, unsigned block, bool waits, bool backwards, Kernel kernel)
{
    gridDim = {grid[0], grid[1], grid[2]};
    blockDim = {block, 1, 1};
    if (waits) emulation::make_threads(block);
    emulation::body = [](void* bound) { (*(Kernel*)bound)(); };
    emulation::bound = &kernel;
    for (blockIdx.z = 0; blockIdx.z < grid[2]; blockIdx.z++)
        for (blockIdx.y = 0; blockIdx.y < grid[1]; blockIdx.y++)
            for (blockIdx.x = 0; blockIdx.x < grid[0]; blockIdx.x++) {
                if (waits) {
                    emulation::run_block(backwards);
                    continue;
                }
                for (threadIdx.x = 0; threadIdx.x < block; threadIdx.x++) kernel();
            }
    emulation::bound = nullptr;
}

// ---- tensor cores --------------------------------------------------------------------------------

inline uint32_t bits_of(float value)
{
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    return bits;
}

// cvt.rna.tf32: the nearest number with 10 bits of fraction, halves away from 0.
inline float to_tf32(float value)
{
    uint32_t bits = bits_of(value);
    if ((bits >> 23 & 255) != 255) bits = (bits + 0x1000) & ~0x1fffu;
    std::memcpy(&value, &bits, 4);
    return value;
}

// mma.m16n8k8 with TF32: every lane lays down its share of a and b, all wait, and each makes its
// four cells of c from the shares of all. Which lane holds what is written here by itself, after
// the PTX manual ("Matrix fragments for mma.m16n8k8").
inline void multiply_add(float* c, const float* a, const float* b)
{
    static float shares_a[1024][4], shares_b[1024][2];
    unsigned me = threadIdx.x, warp = me / 32 * 32, lane = me % 32;
    for (int i = 0; i < 4; i++) shares_a[me][i] = a[i];
    for (int i = 0; i < 2; i++) shares_b[me][i] = b[i];
    for (int i = 0; i < 4; i++)
        if (bits_of(a[i]) & 0x1fff) emulation::fail("a factor of the tensor cores is not TF32");
    for (int i = 0; i < 2; i++)
        if (bits_of(b[i]) & 0x1fff) emulation::fail("a factor of the tensor cores is not TF32");
    emulation::wait_for_all();
    for (int i = 0; i < 4; i++) {
        unsigned row = i < 2 ? lane / 4 : lane / 4 + 8, col = lane % 4 * 2 + (i & 1);
        for (unsigned k = 0; k < 8; k++) {
            const float* of_a = shares_a[warp + row % 8 * 4 + k % 4];
            const float* of_b = shares_b[warp + col * 4 + k % 4];
            c[i] += of_a[(row >= 8) + 2 * (k >= 4)] * of_b[k >= 4];
        }
    }
    emulation::wait_for_all();
}
