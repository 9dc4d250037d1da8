/* SPDX-License-Identifier: GPL-3.0-or-later
 * The one door to the room `base`: what every other room stands on. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <brink/brink.h>

#include "base/arena.h"
#include "base/branch.h"
#include "base/calendar.h"
#include "base/diagnostics.h"
#include "base/large.h"
#include "base/memory.h"
#include "base/openmp.h"
#include "base/quantity.h"
#include "base/random.h"

#endif
