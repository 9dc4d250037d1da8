/* SPDX-License-Identifier: GPL-3.0-or-later
 * A small scenario with uncertain numbers, variants and claims, for the tests of this folder. */
#ifndef TESTS_STUDY_SIEGE_H
#define TESTS_STUDY_SIEGE_H

static const char siege_text[] =
    "brink: 1\n"
    "title: A siege\n"
    "clock: {start: 2030-01-01, every: 7 days, rounds: 2}\n"
    "parties:\n"
    "  red:\n"
    "    types:\n"
    "      eager: {prior: {uniform: [0.2, 0.6]}, outside: {conflict: -5}}\n"
    "      tired: {prior: rest}\n"
    "    rationality: {pert: [0.1, 0.2, 0.3]}\n"
    "    outside: {conflict: {normal: [-20, 2]}, collapse: -2}\n"
    "    postures:\n"
    "      - camp: {}\n"
    "      - siege: {cost: 1, pressure: {lognormal: [1, 1.5]}, risk: 0.05, after_collapse: 0.4}\n"
    "  blue: {rationality: {same: parties.red.rationality}, outside: {conflict: -25, collapse: -3}}\n"
    "issues: {gate: {performer: blue, today: shut, options: {shut: {}, ajar: {}, open: {}}}}\n"
    "preferences:\n"
    "  red: {gate: {weight: {uniform: [8, 14]}, scores: {shut: 0, ajar: 60, open: 100}}}\n"
    "  blue: {gate: {weight: {beta: [2, 3]}, scores: {shut: 100, ajar: 50, open: 0}}}\n"
    "agenda: {drafts: {entry: {gate: open}, wicket: {gate: ajar}}}\n"
    "correlations: [{between: [preferences.red.gate.weight, parties.red.rationality], r: 0.7}]\n"
    "variants:\n"
    "  generous: {set: {preferences.blue.gate.weight: 0}}\n"
    "  dearer: {set: {parties.red.outside.conflict: -60, parties.blue.outside.conflict: -60}}\n"
    "  calm: {set: {parties.red.only: [camp]}}\n"
    "claims:\n"
    "  - {say: Something is agreed now and then, when: base, then: {deal: {above: 0}}}\n"
    "  - {say: Nothing is ever agreed, when: base, then: {deal: {below: 0}}}\n"
    "  - {say: Without the siege there is no war, when: calm, then: {conflict: down}, by: 2030-01-01}\n"
    "  - {say: Once the gate is offered they agree, given: [{round: 2030-01-01, tabled: wicket}], then: {deal: up}}\n"
    "  - {say: A dearer war counts for more than calm, when: dearer, then: {deal: {more_than: [calm, base]}}}\n"
    "spillovers:\n"
    "  grain: {unit: crowns, deal: {normal: [10, 1]}, lapse: 20, collapse: {uniform: [20, 30]}, conflict: {lognormal: "
    "[50, 2]}}\n";

#endif
