/* SPDX-License-Identifier: GPL-3.0-or-later
 * Sobol' points (Sobol' 1967; direction numbers by Joe and Kuo 2008) under a nested uniform scrambling (Owen 1995) by
 * hashing (Burley 2020, "Practical hash-based Owen scrambling", JCGT 9(4)): point k is a function of k, the dimension
 * and the scramble alone. */
#include "study/sampling.h"

#include <string.h>

typedef struct Direction {
    int degree;
    unsigned coefficients;
    unsigned initial[16];
} Direction;

static const Direction table[] = {
#define DIRECTION(degree, coefficients, ...) {degree, coefficients, {__VA_ARGS__}},
#include "study/sobol_directions.def"
#undef DIRECTION
};
_Static_assert(sizeof table / sizeof *table == SOBOL_DIMENSIONS - 1, "the first dimension needs no row");

/* m_i = 2 a_1 m_{i-1} xor 4 a_2 m_{i-2} xor … xor 2^s m_{i-s} xor m_{i-s} (Joe and Kuo 2008, (2)); v_i = m_i 2^(31-i).
 */
static void fill_directions(const Direction *own, uint32_t *v) {
    int s = own->degree;
    for (int i = 0; i < 32; i++) {
        if (i < s) {
            v[i] = (uint32_t)own->initial[i] << (31 - i);
            continue;
        }
        v[i] = v[i - s] ^ (v[i - s] >> s);
        for (int k = 1; k < s; k++)
            if ((own->coefficients >> (s - 1 - k)) & 1) v[i] ^= v[i - k];
    }
}

uint32_t *sobol_directions(int dimensions, Arena *arena) {
    uint32_t *directions = arena_array(arena, (size_t)dimensions * 32 + 32, sizeof *directions);
    if (!directions) return NULL;
    for (int i = 0; i < 32; i++) directions[i] = (uint32_t)1 << (31 - i);
    for (int d = 1; d < dimensions; d++) fill_directions(&table[d - 1], directions + 32 * d);
    return directions;
}

static uint32_t reverse_bits(uint32_t x) {
    x = x >> 16 | x << 16;
    x = (x & 0xff00ff00u) >> 8 | (x & 0x00ff00ffu) << 8;
    x = (x & 0xf0f0f0f0u) >> 4 | (x & 0x0f0f0f0fu) << 4;
    x = (x & 0xccccccccu) >> 2 | (x & 0x33333333u) << 2;
    return (x & 0xaaaaaaaau) >> 1 | (x & 0x55555555u) << 1;
}

/* Laine and Karras 2011: each bit is changed by a hash of the lower bits alone. */
static uint32_t permute(uint32_t x, uint32_t seed) {
    x += seed;
    x ^= x * 0x6c50b47cu;
    x ^= x * 0xb82f1e52u;
    x ^= x * 0xc7afe638u;
    return x ^ x * 0x8d22f6e6u;
}

double sobol_uniform(const uint32_t directions[32], uint32_t index, uint32_t scramble) {
    uint32_t x = 0;
    for (int bit = 0; index; bit++, index >>= 1)
        if (index & 1) x ^= directions[bit];
    return (reverse_bits(permute(reverse_bits(x), scramble)) + 0.5) * 0x1p-32;
}
