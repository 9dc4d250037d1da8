/* SPDX-License-Identifier: GPL-3.0-or-later
 * Scenario files that between them have all that a game can be made of. */
#ifndef TESTS_GAME_SCENARIOS_H
#define TESTS_GAME_SCENARIOS_H

static const char *const scenario_files[] = {"scenarios/ultimatum.yaml",
                                             "scenarios/cuba-1962.yaml",
                                             "scenarios/geneva-2026.yaml",
                                             "scenarios/autoworkers-2023.yaml",
                                             "scenarios/nile-dam-2020.yaml",
                                             "scenarios/trade-war-2019.yaml",
                                             "tests/reference/cases/interim.yaml",
                                             "tests/reference/cases/frameworks.yaml",
                                             "tests/reference/cases/third_party.yaml",
                                             "tests/reference/cases/three_signers.yaml",
                                             "tests/reference/cases/verifiable.yaml",
                                             "tests/golden/programme.yaml",
                                             "tests/game/late.yaml",
                                             "tests/golden/explain-elicited/scenario.yaml"};
enum { SCENARIO_COUNT = sizeof scenario_files / sizeof *scenario_files };

#endif
