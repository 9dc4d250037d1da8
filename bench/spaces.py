# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios of any size for the benchmarks: symmetric but for a slope, so that no two parties, types or drafts agree."""

PARTIES = "abcde"


def scenario(parties=2, types=2, drafts=2, postures=2, rounds=3):
    """YAML of a scenario with so many of each; one issue with drafts + 1 options, the first of them today's. `types` may
    be one number or one for each party."""
    lines = [
        "brink: 1",
        "title: Benchmark",
        f"clock: {{start: 2030-01-01, every: 7 days, rounds: {rounds}}}",
        "parties:",
    ]
    type_counts = [types] * parties if isinstance(types, int) else types
    for p, (party, types) in enumerate(zip(PARTIES[:parties], type_counts)):
        lines += [f"  {party}:", "    rationality: 0.1", "    outside: {collapse: -15, lapse: -10, conflict: -60}"]
        if types > 1:
            lines.append("    types:")
            for t in range(types):
                lines.append(f"      t{t}: {{prior: {1 / types:.17g}, outside: {{collapse: {-15 + 12 * t / types - p}}}}}")
        if postures > 1:
            lines += ["    now: r0", "    postures:"]
            for k in range(postures):
                lines.append(f"      - r{k}: {{cost: {0.5 * k}, pressure: {2 * k}, risk: {0.02 * k / parties:.17g}}}")
    lines += ["issues:", f"  split: {{performer: {PARTIES[parties - 1]}, today: o0, options: {{"]
    lines[-1] += ", ".join(f"o{k}: {{}}" for k in range(drafts + 1)) + "}}"
    lines.append("preferences:")
    for p, party in enumerate(PARTIES[:parties]):
        scores = ", ".join(f"o{k}: {score(p, k, drafts):.17g}" for k in range(drafts + 1))
        lines.append(f"  {party}: {{split: {{weight: {20 + p}, scores: {{{scores}}}}}}}")
    lines += ["mediator: {name: mediator}", "agenda:", "  drafts:"]
    lines += [f"    d{k}: {{split: o{k}}}" for k in range(1, drafts + 1)]
    return "\n".join(lines) + "\n"


def score(party, option, drafts):
    """The first party's rises with the option, the others' falls, each bent a little its own way."""
    x = option / drafts
    return 100 * (x if party == 0 else 1 - x) ** (1 + 0.1 * party)


def bargaining(rounds, types=2):
    """Two parties, one draft, three answers (accept, hold, walk): the game that Gambit is measured on."""
    return scenario(types=types, drafts=1, postures=1, rounds=rounds)
