/* SPDX-License-Identifier: GPL-3.0-or-later
 * One large block. */
#ifndef BASE_LARGE_H
#define BASE_LARGE_H

#include <stddef.h>

/* As malloc, and free gives it back; in large pages where the system grants them, since touching many small ones for
 * the first time can take longer than the work done in them. */
void *large_alloc(size_t size);

#endif
