/* SPDX-License-Identifier: GPL-3.0-or-later
 * Uniform numbers from Philox 4x32-10: the key is the seed, the counter (index, stream). */
#include "base/random.h"

#include <Random123/philox.h>

double random_uniform(uint64_t seed, uint64_t stream, uint64_t index) {
    philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    philox4x32_ctr_t counter = {{(uint32_t)index, (uint32_t)(index >> 32), (uint32_t)stream, (uint32_t)(stream >> 32)}};
    philox4x32_ctr_t block = philox4x32(counter, key);
    uint64_t bits = ((uint64_t)block.v[0] << 32 | block.v[1]) >> 11;
    return ((double)bits + 0.5) * 0x1p-53;
}

uint64_t random_stream(const char *text) {
    uint64_t hash = 14695981039346656037u;
    for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}
