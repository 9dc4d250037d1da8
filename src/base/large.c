/* SPDX-License-Identifier: GPL-3.0-or-later
 * Memory aligned to large pages, with a hint that these are wanted. Invariant: what is smaller comes from malloc. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/large.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

static const size_t LARGE_PAGE = (size_t)2 << 20;

void *large_alloc(size_t size) {
    if (size < LARGE_PAGE || size > SIZE_MAX - LARGE_PAGE) return malloc(size);
    size_t rounded = (size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
    void *block = aligned_alloc(LARGE_PAGE, rounded);
#ifdef MADV_HUGEPAGE
    if (block) madvise(block, rounded, MADV_HUGEPAGE);
#endif
    return block;
}
