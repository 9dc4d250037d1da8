/* SPDX-License-Identifier: GPL-3.0-or-later
 * `brink help TOPIC`: what is good to know beside the commands. Every statement here stands in docs/format.md too. */
#include "cli.h"

#include <string.h>

static const char scenario[] = "A scenario is one YAML file. scenarios/ultimatum.yaml is one to be read like a\n"
                               "letter; its parts, in the order in which one thinks of them:\n\n"
                               "  title, as_of, sources     what it is, as of which day, where numbers come from\n"
                               "  clock                     when they meet: start, every, rounds\n"
                               "  parties                   who: what no agreement is worth to each (outside),\n"
                               "                            how sharply it tells better from worse,\n"
                               "                            what it can do meanwhile (postures), and what others\n"
                               "                            do not know about it (types, each with a prior)\n"
                               "  issues, rules             about what: options of each issue, which go together\n"
                               "  preferences               who wants what: a weight in points for each issue,\n"
                               "                            scores of its options from 0 to 100, red lines\n"
                               "  agenda                    the packages that lie on the table (drafts)\n"
                               "  timetables, safeguards    who delivers when, and how a breach would be seen\n"
                               "  mediator, hazard          who brings what to the table, how accidents come\n"
                               "  variants, claims          what if, and what you say follows\n"
                               "  history                   what was observed at meetings that are over\n\n"
                               "All worths are in points, and 0 is today going on as it is. Nothing but title,\n"
                               "clock, parties, issues, preferences and agenda has to be there.\n\n"
                               "  brink check FILE          every mistake in it, with a remedy\n"
                               "  brink explain FILE        what its numbers say, in sentences\n"
                               "  brink run FILE            what is likely to happen\n\n"
                               "The rule book is docs/format.md; every key stands in docs/scenario-reference.md.\n";

static const char numbers[] = "Wherever a scenario has a number it may be plain, have a reason, be uncertain,\n"
                              "or change with time:\n\n"
                              "  30 days, 440.9 kg, 3.67%                  with the unit of its key\n"
                              "  {is: 0.55, from: SOURCE, note: why}       with where it comes from\n"
                              "  {pert: [low, mode, high]}                 uncertain, likeliest at the mode\n"
                              "  {uniform: [a, b]}                         anywhere between\n"
                              "  {normal: [mean, sd]}\n"
                              "  {lognormal: [median, factor]}             two thirds within a factor\n"
                              "  {beta: [a, b]}\n"
                              "  {choice: [v, w, ...]}                     one of these\n"
                              "  {same: PATH}                              whatever that other number is\n"
                              "  {steps: {2026-03-03: 1, 2026-05-01: 2}}   changing on those days\n\n"
                              "`brink run` takes each uncertain number at its centre; `brink sweep` and `brink\n"
                              "claims` draw them. Shares that sum to 1 may leave one member to be the `rest`.\n\n"
                              "Any value can be replaced by its dotted path, in variants and for one run:\n\n"
                              "  brink run FILE --set parties.us.patience=0.9\n"
                              "  brink run FILE --set 'parties.us.patience={uniform: [0.8, 1]}'\n"
                              "  brink run FILE --set parties.us.postures.armada.cost=3\n";

static const char answers[] = "The odds are those of the stated assumptions, not a prophecy. A scenario is made\n"
                              "into a game in which everybody chooses the better alternative more often than the\n"
                              "worse, the more so the larger the difference, and everybody knows this of\n"
                              "everybody (a logit quantal response equilibrium); what is seen is learnt from by\n"
                              "Bayes' rule. So one file has one answer, and these stand beside it:\n\n"
                              "  ±              by how many points the calculation itself may be off\n"
                              "  half, twice    the odds if everybody told better from worse half or twice as\n"
                              "                 sharply: far apart, the answer rests on how rational they are\n"
                              "  A, B, ...      base rates: how it went before. They are not blended in\n"
                              "  Numbers        how many of the file's numbers have a source or a reason\n\n"
                              "What to ask next:\n\n"
                              "  brink sweep FILE       the odds over all that is uncertain\n"
                              "  brink claims FILE      which sentences hold whatever the uncertain numbers are\n"
                              "  brink compare FILE V   what a variant changes\n"
                              "  brink packages FILE    what could be signed at all, and what blocks the rest\n\n"
                              "The model is docs/method/model.md; how it is solved, docs/method/qre.md.\n";

static const char messages[] = "What is wrong is said on standard error, all of it at once: place, code, what was\n"
                               "expected, and what to do. The code is explained in docs/diagnostics.md.\n\n"
                               "  --diagnostics=json    for programs: one object on each line, and nothing else\n"
                               "                        (docs/diagnostics-json.md); every command takes it\n"
                               "  check --json PATH     the same of whole files, to a file or standard output\n"
                               "  NO_COLOR=1            no colours; there are none either where the output is no\n"
                               "                        terminal\n"
                               "  --quiet               no progress, which else is shown after two seconds\n"
                               "  --memory SIZE         a solve that needs more is refused before it starts,\n"
                               "                        with what would shrink it\n\n"
                               "Ctrl-C stops at once, as does TERM, the signal that ends a job. Files are written\n"
                               "beside their place and renamed, so none is ever half-written. `sweep` and\n"
                               "`claims` first end the solves at hand and keep what is done (a second Ctrl-C\n"
                               "stops them at once); with --resume they go on. `packages` ends with the map of\n"
                               "what is known by then.\n\n"
                               "Exit status: 0 good, 1 a claim fails, 2 bad input, 3 not solved, 130 stopped.\n";

const Topic topics[] = {
    {"scenario", "what a scenario file is made of", scenario},
    {"numbers", "the ways to write a number, and to change one", numbers},
    {"answers", "what the odds mean and what to ask next", answers},
    {"messages", "diagnostics, colours, progress, Ctrl-C, exit status", messages},
    {NULL, NULL, NULL},
};

const Topic *topic_find(const char *name) {
    for (const Topic *topic = topics; topic->name; topic++)
        if (strcmp(topic->name, name) == 0) return topic;
    return NULL;
}
