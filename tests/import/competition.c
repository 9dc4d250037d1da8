/* SPDX-License-Identifier: GPL-3.0-or-later
 * The domains of the ANAC competitions 2010 to 2013, all files of them, imported and compared package by package with a
 * second reading of the same files by libxml2 alone. They are not part of the repository: where they are absent this
 * says so. */
#include "by_hand.h"

#include "settlement/settlement.h"

#include <dirent.h>
#include <libxml/parser.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA REPOSITORY "/../shared/data/genius"
enum { FILE_COUNT = 303, DOMAIN_COUNT = 101, PATH_BYTES = 600, FOLDER_FILES = 8, PACKAGES = 60, EXIT_SKIPPED = 77 };

typedef struct Tally {
    int files, domains, profiles, packages;
} Tally;

/* ---- The second reading ---- */

static xmlNode *child(xmlNode *node, const char *name, xmlNode *after) {
    for (xmlNode *at = after ? after->next : node->children; at; at = at->next)
        if (at->type == XML_ELEMENT_NODE && strcmp((const char *)at->name, name) == 0) return at;
    return NULL;
}

static double number(xmlNode *node, const char *attribute) {
    xmlChar *text = xmlGetProp(node, (const xmlChar *)attribute);
    assert_non_null(text);
    double value = strtod((const char *)text, NULL);
    xmlFree(text);
    return value;
}

static bool has_text(xmlNode *node, const char *attribute, const char *wanted) {
    xmlChar *text = xmlGetProp(node, (const xmlChar *)attribute);
    const char *c = (const char *)text;
    bool is_same = c != NULL;
    while (is_same && *c == ' ') c++;
    for (; is_same && *c; c++) {
        if (c[0] == ' ' && (c[1] == ' ' || c[1] == '\0')) continue;
        is_same = *wanted++ == *c;
    }
    is_same = is_same && *wanted == '\0';
    xmlFree(text);
    return is_same;
}

/* weight * evaluation / largest evaluation of one issue at one of its values, by their names. */
static double part(xmlNode *objective, const char *issue_name, const char *value_name) {
    xmlNode *issue = child(objective, "issue", NULL);
    while (issue && !has_text(issue, "name", issue_name)) issue = child(objective, "issue", issue);
    assert_non_null(issue);
    double largest = 0, own = NAN, weight = NAN, index = number(issue, "index");
    for (xmlNode *item = child(issue, "item", NULL); item; item = child(issue, "item", item)) {
        largest = fmax(largest, number(item, "evaluation"));
        if (has_text(item, "value", value_name)) own = number(item, "evaluation");
    }
    for (xmlNode *w = child(objective, "weight", NULL); w; w = child(objective, "weight", w))
        if (number(w, "index") == index) weight = number(w, "value");
    assert_false(isnan(own) || isnan(weight));
    return weight * own / largest;
}

static double utility(xmlNode *root, const Made *made, const int *options) {
    double sum = 0;
    for (int issue = 0; issue < made->situation->issue_count; issue++)
        sum += part(child(root, "objective", NULL), made->checked->issues[issue].name,
                    made->checked->options[options[issue]].name);
    return sum;
}

/* ---- Comparing ---- */

static void draw_package(const Situation *s, int package, int *options) {
    for (int issue = 0; issue < s->issue_count; issue++) {
        int count = s->option_start[issue + 1] - s->option_start[issue];
        options[issue] = s->option_start[issue] + (int)(random_uniform(7, (uint32_t)package, (uint64_t)issue) * count);
    }
}

static void compare_profile(const Made *made, const char *path, int party, Tally *tally) {
    enum { ISSUE_MAX = 64 };
    const Situation *s = made->situation;
    int options[ISSUE_MAX];
    xmlDoc *document = xmlReadFile(path, NULL, XML_PARSE_NONET);
    assert_non_null(document);
    xmlNode *root = xmlDocGetRootElement(document), *reservation = child(root, "reservation", NULL);
    double today = utility(root, made, s->today);
    assert_near(s->collapse[party], 100 * ((reservation ? number(reservation, "value") : 0) - today), 1e-10);
    for (int i = 0; i < PACKAGES; i++, tally->packages++) {
        draw_package(s, i, options);
        assert_near(settlement_gain(s, party, options), 100 * (utility(root, made, options) - today), 1e-10);
    }
    xmlFreeDoc(document);
    tally->profiles++;
}

static void solve(Made *made) {
    BrinkSolveSettings settings = brink_solve_settings_default();
    BrinkOutlook *outlook = NULL;
    settings.with_error = false;
    settings.rounds = 3;
    assert_int_equal(brink_scenario_solve(made->scenario, &settings, NULL, NULL, &outlook), BRINK_OK);
    double sum = 0;
    for (int i = 0; i < BRINK_OUTCOME_COUNT; i++) sum += brink_outlook_probability(outlook, (BrinkOutcome)i);
    assert_near(sum, 1, 1e-9);
    assert_near(brink_outlook_probability(outlook, BRINK_CONFLICT), 0, 0);
    brink_outlook_free(outlook);
}

/* ---- Folders ---- */

static bool is_domain(const char *path) {
    xmlDoc *document = xmlReadFile(path, NULL, XML_PARSE_NONET);
    assert_non_null(document);
    bool is = strcmp((const char *)xmlDocGetRootElement(document)->name, "negotiation_template") == 0;
    xmlFreeDoc(document);
    return is;
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void import_folder(const char *folder, Tally *tally) {
    struct dirent **entries;
    char paths[FOLDER_FILES][PATH_BYTES];
    const char *ordered[FOLDER_FILES];
    int count = 0, entry_count = scandir(folder, &entries, NULL, by_name);
    for (int i = 0; i < entry_count; i++) {
        if (strstr(entries[i]->d_name, ".xml") && count + 1 < FOLDER_FILES) {
            snprintf(paths[count + 1], PATH_BYTES, "%.320s/%.255s", folder, entries[i]->d_name);
            if (is_domain(paths[count + 1]))
                memcpy(paths[0], paths[count + 1], PATH_BYTES);
            else
                count++;
        }
        free(entries[i]);
    }
    free(entries);
    for (int i = 0; i <= count; i++) ordered[i] = paths[i];
    Made made = made_from_files(BRINK_IMPORT_GENIUS, ordered, (size_t)count + 1, brink_import_settings_default());
    assert_made(&made);
    assert_int_equal(made.situation->party_count, count);
    for (int party = 0; party < count; party++) compare_profile(&made, paths[party + 1], party, tally);
    solve(&made);
    made_free(&made);
    tally->files += count + 1;
    tally->domains++;
}

static void every_competition_file_is_read_as_genius_reads_it(void **state) {
    (void)state;
    Tally tally = {0};
    for (int year = 2010; year <= 2013; year++) {
        char path[PATH_BYTES / 2];
        struct dirent **entries;
        snprintf(path, sizeof path, DATA "/y%d", year);
        int count = scandir(path, &entries, NULL, by_name);
        for (int i = 0; i < count; i++) {
            char folder[PATH_BYTES];
            snprintf(folder, sizeof folder, "%.280s/%.255s", path, entries[i]->d_name);
            if (entries[i]->d_name[0] != '.') import_folder(folder, &tally);
            free(entries[i]);
        }
        if (count >= 0) free(entries);
    }
    assert_int_equal(tally.files, FILE_COUNT);
    assert_int_equal(tally.domains, DOMAIN_COUNT);
    assert_int_equal(tally.profiles, FILE_COUNT - DOMAIN_COUNT);
    assert_int_equal(tally.packages, PACKAGES * (FILE_COUNT - DOMAIN_COUNT));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_competition_file_is_read_as_genius_reads_it)};
    DIR *data = opendir(DATA);
    if (!data) {
        fprintf(stderr, "SKIPPED: %s is absent, so no competition domain was read\n", DATA);
        return EXIT_SKIPPED;
    }
    closedir(data);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
