/* What the generated month is made of: the primitives of sim/rules/numbers.py and the generator of
   sim/engine/luck.py, for LANES runs side by side; gcc makes a vector instruction of each loop over lanes. */

#include <stdint.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif
#define EACH for (int i = 0; i < LANES; i++)
typedef double F __attribute__((vector_size(8 * LANES)));
typedef uint64_t W __attribute__((vector_size(8 * LANES)));
typedef uint8_t B __attribute__((vector_size(LANES)));
#define INLINE static inline __attribute__((always_inline))

INLINE F splat(double x) { return x - (F){0}; }
INLINE F minimum(F a, F b) { F r; EACH r[i] = b[i] < a[i] ? b[i] : a[i]; return r; }
INLINE F maximum(F a, F b) { F r; EACH r[i] = b[i] > a[i] ? b[i] : a[i]; return r; }
INLINE F less(F a, F b) { F r; EACH r[i] = a[i] < b[i] ? 1.0 : 0.0; return r; }
INLINE F where(F test, F a, F b) { F r; EACH r[i] = test[i] != 0.0 ? a[i] : b[i]; return r; }
INLINE F sqrt(F a) { F r; EACH r[i] = __builtin_sqrt(a[i]); return r; }
INLINE F to_float(W a) { return (F)(a | 0x4330000000000000) - 0x1p52; }
INLINE F two_to(F a) { return (F)(((W)(a + ROUND) + 1023) << 52); }
INLINE F exponent(F a) { return to_float((W)a >> 52) - 1023.0; }
INLINE F mantissa(F a) { return (F)(((W)a & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000); }
INLINE int any(F a) { int r = 0; EACH r |= a[i] != 0.0; return r; }

/* words of 32 bits in lanes of 64 */
INLINE W wide(W a, uint32_t b) {
#if defined(__AVX512F__) && LANES == 8
    return (W)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64(b));
#elif defined(__AVX2__) && LANES == 4
    return (W)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(b));
#else
    return (a & 0xFFFFFFFF) * b;
#endif
}

/* Philox4x32-10: the four uniforms at an address */
static __attribute__((noinline)) void draw(uint64_t seed, W run, uint64_t stream, uint64_t step, F *out) {
    const W low = (W){0} + 0xFFFFFFFF;
    W c0 = run & low, c1 = step | (run >> 32 << 16), c2 = (stream & low), c3 = (W){0} + (stream >> 32);
    uint32_t k0 = seed, k1 = seed >> 32;
    for (int round = 0; round < 10; round++) {
        W p0 = wide(c0, 0xD2511F53), p1 = wide(c2, 0xCD9E8D57);
        c0 = (p1 >> 32) ^ c1 ^ k0; c1 = p1 & low; c2 = (p0 >> 32) ^ c3 ^ k1; c3 = p0 & low;
        k0 += 0x9E3779B9; k1 += 0xBB67AE85;
    }
    out[0] = (to_float(c0) + 0.5) * 0x1p-32;
    out[1] = (to_float(c1) + 0.5) * 0x1p-32;
    out[2] = (to_float(c2) + 0.5) * 0x1p-32;
    out[3] = (to_float(c3) + 0.5) * 0x1p-32;
}
