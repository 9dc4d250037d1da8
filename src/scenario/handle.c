/* SPDX-License-Identifier: GPL-3.0-or-later
 * The public handle of a scenario: its text, its tree, the edits made to it, and the Scenario that a successful check
 * gives. Invariant: `checked` belongs to the tree as it now stands, or is NULL. */
#include "scenario/table.h"

#include <errno.h>
#include <math.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct BrinkScenario {
    Arena *arena; /* of the text, the tree and the edits */
    const char *file;
    char sha256[65];
    Node *root;
    Change *changes;
    int change_count, change_room;
    Arena *checked_arena;
    const Scenario *checked;
    bool is_copy; /* its variants and claims have been checked where it was copied from */
};

/* ---- Reading ---- */

void brink_scenario_free(BrinkScenario *handle) {
    if (!handle) return;
    arena_free(handle->checked_arena);
    arena_free(handle->arena);
    free(handle);
}

static BrinkScenario *new_handle(const char *name) {
    BrinkScenario *handle = calloc(1, sizeof *handle);
    if (handle) handle->arena = arena_new();
    if (handle) handle->checked_arena = arena_new();
    if (handle && handle->arena) handle->file = arena_text(handle->arena, name);
    if (handle && handle->checked_arena && handle->file) return handle;
    brink_scenario_free(handle);
    return NULL;
}

static void digest(const char *text, size_t length, char result[65]) {
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[SHA256_DIGEST_LENGTH];
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)text, length);
    SHA256Final(bytes, &context);
    for (int i = 0; i < SHA256_DIGEST_LENGTH; i++) {
        result[2 * i] = digits[bytes[i] >> 4];
        result[2 * i + 1] = digits[bytes[i] & 15];
    }
    result[64] = '\0';
}

BrinkStatus brink_scenario_parse(const char *text, size_t length, const char *name, BrinkDiagnostics *diagnostics,
                                 BrinkScenario **result) {
    BrinkScenario *handle = new_handle(name);
    if (!handle) return BRINK_NO_MEMORY;
    if (length == 0) text = ""; /* libyaml takes no NULL */
    digest(text, length, handle->sha256);
    BrinkStatus status = tree_read(text, length, handle->file, handle->arena, diagnostics, &handle->root);
    if (status == BRINK_OK)
        *result = handle;
    else
        brink_scenario_free(handle);
    return status;
}

/* Reads to the end of the stream, or just past the limit: the reader of the tree then says that it is too long. */
static BrinkStatus read_stream(FILE *stream, char **text, size_t *length) {
    size_t room = 1 << 16;
    char *bytes = malloc(room);
    *length = 0;
    while (bytes && *length <= TREE_BYTE_LIMIT) {
        size_t got = fread(bytes + *length, 1, room - *length, stream);
        *length += got;
        if (got == 0) break;
        if (*length < room) continue;
        char *larger = realloc(bytes, room *= 2);
        if (!larger) free(bytes);
        bytes = larger;
    }
    *text = bytes;
    if (!bytes) return BRINK_NO_MEMORY;
    return ferror(stream) ? BRINK_NO_FILE : BRINK_OK;
}

BrinkStatus brink_scenario_read(const char *path, BrinkDiagnostics *diagnostics, BrinkScenario **result) {
    bool is_standard = strcmp(path, "-") == 0;
    FILE *stream = is_standard ? stdin : fopen(path, "rb");
    char *text = NULL;
    size_t length = 0;
    errno = stream ? 0 : errno;
    BrinkStatus status = stream ? read_stream(stream, &text, &length) : BRINK_NO_FILE;
    if (status == BRINK_NO_FILE && errno == ENOMEM) status = BRINK_NO_MEMORY;
    if (status == BRINK_NO_FILE)
        diagnostics_add(diagnostics, DIAGNOSTIC_unreadable, (BrinkSpan){path, 0, 0, 0},
                        "give the path of a scenario file, or - for standard input", "`%s` cannot be read: %s", path,
                        strerror(errno));
    if (stream && !is_standard) fclose(stream);
    if (status == BRINK_OK)
        status = brink_scenario_parse(text, length, is_standard ? "standard input" : path, diagnostics, result);
    free(text);
    return status;
}

/* ---- Editing ---- */

static BrinkStatus note_change(BrinkScenario *handle, const char *path, const char *value) {
    if (handle->change_count == handle->change_room) {
        int room = 2 * handle->change_room + 8;
        Change *changes = arena_array(handle->arena, (size_t)room, sizeof *changes);
        if (!changes) return BRINK_NO_MEMORY;
        if (handle->change_count > 0) memcpy(changes, handle->changes, (size_t)handle->change_count * sizeof *changes);
        handle->changes = changes;
        handle->change_room = room;
    }
    Change change = {arena_text(handle->arena, path), arena_text(handle->arena, value)};
    if (!change.path || !change.value) return BRINK_NO_MEMORY;
    handle->changes[handle->change_count++] = change;
    return BRINK_OK;
}

BrinkStatus brink_scenario_set(BrinkScenario *handle, const char *path, const char *value,
                               BrinkDiagnostics *diagnostics) {
    const char *name = arena_print(handle->arena, "--set %s", path);
    Node *node = NULL;
    if (!name) return BRINK_NO_MEMORY;
    if (!*path || !*value) {
        diagnostics_add(diagnostics, DIAGNOSTIC_bad_path, (BrinkSpan){name, 0, 0, 0},
                        "for example parties.us.patience=0.95", "a change needs a path and a value");
        return BRINK_BAD_INPUT;
    }
    BrinkStatus status = tree_read(value, strlen(value), name, handle->arena, diagnostics, &node);
    if (status == BRINK_OK) status = tree_set(handle->root, path, node, node->span, handle->arena, diagnostics);
    if (status == BRINK_OK) status = note_change(handle, path, value);
    handle->checked = NULL;
    return status;
}

static const Node *variant_set(const BrinkScenario *handle, const char *name) {
    const Entry *variants = tree_find(handle->root, "variants");
    const Entry *variant = variants ? tree_find(variants->value, name) : NULL;
    const Entry *set = variant ? tree_find(variant->value, "set") : NULL;
    return set && set->value->kind == NODE_MAP ? set->value : NULL;
}

static BrinkStatus apply_set(Node *root, const Node *set, Arena *arena, BrinkDiagnostics *diagnostics) {
    BrinkStatus status = BRINK_OK;
    for (int i = 0; i < set->count && status == BRINK_OK; i++)
        if (!binder_is_reason(&set->entries[i]))
            status = tree_set(root, set->entries[i].key, set->entries[i].value, set->entries[i].key_span, arena,
                              diagnostics);
    return status;
}

static void refuse_variant(const BrinkScenario *handle, const char *name, BrinkDiagnostics *diagnostics) {
    const char *names[64], *first = brink_scenario_variant(handle, 0);
    int count = 0;
    for (const char *own; count < 64 && (own = brink_scenario_variant(handle, (size_t)count));) names[count++] = own;
    const char *nearest = tree_nearest(name, names, count);
    const char *hint = nearest ? arena_print(handle->arena, "did you mean `%s`?", nearest)
                       : first ? arena_print(handle->arena, "the first of %d is `%s`", count, first)
                               : "the file has no `variants`";
    diagnostics_add(diagnostics, DIAGNOSTIC_unknown_name, (BrinkSpan){handle->file, 0, 0, 0}, hint,
                    "`%s` is not the name of a variant", name);
}

BrinkStatus brink_scenario_use_variant(BrinkScenario *handle, const char *variant, BrinkDiagnostics *diagnostics) {
    const Node *set = variant_set(handle, variant);
    if (!set) {
        refuse_variant(handle, variant, diagnostics);
        return BRINK_BAD_INPUT;
    }
    set = tree_copy(set, handle->arena); /* a variant may change variants */
    BrinkStatus status = set ? apply_set(handle->root, set, handle->arena, diagnostics) : BRINK_NO_MEMORY;
    for (int i = 0; status == BRINK_OK && i < set->count; i++) {
        if (binder_is_reason(&set->entries[i])) continue;
        const char *value = tree_print(set->entries[i].value, handle->arena);
        status = value ? note_change(handle, set->entries[i].key, value) : BRINK_NO_MEMORY;
    }
    handle->checked = NULL;
    return status;
}

const char *brink_scenario_variant(const BrinkScenario *handle, size_t index) {
    const Entry *variants = tree_find(handle->root, "variants");
    bool exists = variants && variants->value->kind == NODE_MAP && index < (size_t)variants->value->count;
    return exists ? variants->value->entries[index].key : NULL;
}

BrinkStatus scenario_copy(const BrinkScenario *handle, BrinkScenario **result) {
    BrinkScenario *copy = new_handle(handle->file);
    if (!copy) return BRINK_NO_MEMORY;
    memcpy(copy->sha256, handle->sha256, sizeof copy->sha256);
    copy->is_copy = true;
    copy->root = tree_copy(handle->root, copy->arena);
    BrinkStatus status = copy->root ? BRINK_OK : BRINK_NO_MEMORY;
    for (int i = 0; i < handle->change_count && status == BRINK_OK; i++)
        status = note_change(copy, handle->changes[i].path, handle->changes[i].value);
    if (status == BRINK_OK)
        *result = copy;
    else
        brink_scenario_free(copy);
    return status;
}

static BrinkStatus add_history(Node *root, const Node *items, Arena *arena) {
    Entry *history = tree_find(root, "history");
    if (!history) {
        Node *list = arena_alloc(arena, sizeof *list);
        if (!list) return BRINK_NO_MEMORY;
        *list = (Node){.kind = NODE_LIST, .span = items->span, .text = ""};
        history = tree_add(root, "history", items->span, list, arena);
    }
    if (!history) return BRINK_NO_MEMORY;
    for (int i = 0; items->kind == NODE_LIST && i < items->count; i++) {
        Node *item = tree_copy(items->entries[i].value, arena);
        if (!item || !tree_add(history->value, NULL, item->span, item, arena)) return BRINK_NO_MEMORY;
    }
    return BRINK_OK;
}

BrinkStatus scenario_add_history(BrinkScenario *handle, const Node *items) {
    handle->checked = NULL;
    return add_history(handle->root, items, handle->arena);
}

/* ---- Checking ---- */

/* Every number stated, then one number for the default of each field that has any. */
static void add_defaults(Binder *binder, int *default_number) {
    for (int field = 0; field < FIELD_COUNT; field++) default_number[field] = NUMBER_NONE;
    for (int i = 0; i < key_count; i++) {
        const Key *key = &key_table[i];
        bool is_own = key->slot > 0 &&
                      field_extent[key->field] == EXTENT_OUTCOME; /* one default for each outcome: see place_defaults */
        if (key->field == FIELD_NONE || is_own || default_number[key->field] != NUMBER_NONE) continue;
        default_number[key->field] = binder_default(binder, key, key->initial);
    }
}

/* Defaults that differ from cell to cell: a rung's level is its place in the ladder, the mediator's values go by
 * outcome. */
static void place_defaults(Binder *binder) {
    const Situation *s = &binder->shape;
    for (int i = 0; i < key_count; i++) {
        const Key *key = &key_table[i];
        if (key->field == FIELD_NONE || (field_extent[key->field] != EXTENT_OUTCOME && key->field != FIELD_level))
            continue;
        bool is_level = key->field == FIELD_level;
        for (int party = 0; is_level && party < s->party_count; party++)
            for (int rung = s->rung_start[party]; rung < s->rung_start[party + 1]; rung++) {
                Cell *cell = binder_cell(binder, FIELD_level, rung);
                if (cell && cell->number == NUMBER_NONE)
                    cell->number = binder_default(binder, key, rung - s->rung_start[party]);
            }
        Cell *cell = is_level ? NULL : binder_cell(binder, key->field, key->slot);
        if (cell && cell->number == NUMBER_NONE) cell->number = binder_default(binder, key, key->initial);
    }
}

static ScenarioPlan *new_plan(Binder *binder) {
    ScenarioPlan *plan = binder_alloc(binder, 1, sizeof *plan);
    int *defaults = binder_alloc(binder, FIELD_COUNT, sizeof *defaults);
    if (binder->is_out_of_memory) return NULL;
    place_defaults(binder);
    add_defaults(binder, defaults);
    binder_finish_rules(binder);
    *plan = (ScenarioPlan){.shape = binder->shape,
                           .rounds = binder->rounds,
                           .start = binder->start,
                           .meeting_count = binder->meeting_count,
                           .meetings = binder->meetings,
                           .deadline_day = binder->deadline_day,
                           .default_number = defaults,
                           .elicitation_count = binder->elicitation_count,
                           .elicitations = binder->elicitations};
    plan->shape.synergy_type = binder->synergy_type;
    plan->shape.synergy_allows = binder->synergy_allows;
    plan->shape.red_line_type = binder->red_line_type;
    plan->shape.red_line_allows = binder->red_line_allows;
    memcpy(plan->cells, binder->cells, sizeof plan->cells);
    return binder->is_out_of_memory ? NULL : plan;
}

/* `sources` as texts. */
static const ScenarioText *list_sources(Binder *binder) {
    const Names *names = &binder->names[NAME_SOURCE];
    ScenarioText *sources = binder_alloc(binder, (size_t)names->count, sizeof *sources);
    for (int i = 0; sources && i < names->count; i++)
        sources[i] = (ScenarioText){names->labels[i].key, names->labels[i].name};
    return sources;
}

/* What the checks have left, under the names that the other rooms know. */
static void finish(Binder *binder, const BrinkScenario *handle) {
    Scenario *scenario = binder->scenario;
    const Names *names = binder->names;
    scenario->plan = new_plan(binder);
    scenario->file = handle->file;
    memcpy(scenario->sha256, handle->sha256, sizeof scenario->sha256);
    scenario->changes = handle->changes;
    scenario->change_count = handle->change_count;
    scenario->parties = names[NAME_PARTY].labels;
    scenario->types = names[NAME_TYPE].labels;
    scenario->rungs = names[NAME_RUNG].labels;
    scenario->issues = names[NAME_ISSUE].labels;
    scenario->options = names[NAME_OPTION].labels;
    scenario->timetables = names[NAME_TIMETABLE].labels;
    scenario->drafts = names[NAME_DRAFT].labels;
    scenario->variants = names[NAME_VARIANT].labels;
    scenario->variant_count = names[NAME_VARIANT].count;
    scenario->number_count = binder->number_count;
    scenario->numbers = binder->numbers;
    scenario->reference_count = names[NAME_REFERENCE].count;
    scenario->references = binder->references;
    scenario->source_count = names[NAME_SOURCE].count;
    scenario->sources = list_sources(binder);
    scenario->claims = binder->claims;
    scenario->spillover_count = names[NAME_SPILLOVER].count;
    for (int i = 0; i < names[NAME_SPILLOVER].count; i++) binder->spillovers[i].label = names[NAME_SPILLOVER].labels[i];
    scenario->spillovers = binder->spillovers;
}

/* Reads and checks a tree; the Scenario is complete only without mistakes. `unchanged`: its variants, where they were
 * read before. */
static BrinkStatus check_tree(const BrinkScenario *handle, const Node *root, const Node *unchanged, Arena *arena,
                              BrinkDiagnostics *diagnostics, Scenario **result) {
    size_t errors = brink_diagnostics_error_count(diagnostics);
    Binder binder = {.arena = arena,
                     .diagnostics = diagnostics,
                     .errors_before = errors,
                     .unchanged = unchanged,
                     .as_of = NAN,
                     .start = NAN};
    binder.scenario = arena_alloc(arena, sizeof *binder.scenario);
    if (!binder.scenario) return BRINK_NO_MEMORY;
    *binder.scenario = (Scenario){.title = "", .about = "", .as_of = NAN, .mediator_name = "mediator"};
    BrinkStatus status = binder_read(&binder, root);
    if (status == BRINK_OK) binder_check(&binder);
    bool has_mistakes = brink_diagnostics_error_count(diagnostics) > errors;
    if (status == BRINK_OK && !has_mistakes) finish(&binder, handle);
    if (binder.is_out_of_memory || diagnostics_lost(diagnostics)) return BRINK_NO_MEMORY;
    if (has_mistakes) return BRINK_BAD_INPUT;
    *result = binder.scenario;
    return status;
}

/* ---- Checking changes ----
 * Variants and claims are the same under every variant, so they are looked at again only where it changes them: a file
 * of many variants would else be read many times over. */

typedef struct Reach {
    bool variants, claims; /* sections that a change leads into */
} Reach;

/* Whether a change of the set leads into a section of the file. */
static bool changes_section(const Node *set, const char *section) {
    size_t length = strlen(section);
    for (int i = 0; i < set->count; i++)
        if (strncmp(set->entries[i].key, section, length) == 0) return true;
    return false;
}

static Reach reach_of(const Node *set) {
    return (Reach){changes_section(set, "variants"), changes_section(set, "claims")};
}

/* The tree to change: its variants are shared with the file's where nothing changes them, and left out where no claim
 * is read again either. */
static Node *copy_for_change(const Node *root, Reach reach, Arena *arena) {
    Node *copy = arena_alloc(arena, sizeof *copy);
    if (!copy) return NULL;
    *copy = *root;
    copy->entries = NULL;
    copy->count = copy->capacity = 0;
    for (int i = 0; i < root->count; i++) {
        const Entry *entry = &root->entries[i];
        bool is_variants = strcmp(entry->key, "variants") == 0, is_claims = strcmp(entry->key, "claims") == 0;
        bool is_shared = is_variants && !reach.variants;
        if ((is_shared || is_claims) && !reach.claims && !reach.variants) continue;
        Node *value = is_shared ? entry->value : tree_copy(entry->value, arena);
        if (!value || !tree_add(copy, entry->key, entry->key_span, value, arena)) return NULL;
    }
    return copy;
}

/* Checks a changed tree on its own; its mistakes are reported as those of the change. */
static BrinkStatus check_changed(const BrinkScenario *handle, Node *root, const Node *set, const char *what,
                                 Arena *scratch, BrinkDiagnostics *diagnostics) {
    BrinkDiagnostics *own = NULL;
    Scenario *unused = NULL;
    const Entry *variants = tree_find(handle->root, "variants");
    BrinkStatus status = brink_diagnostics_new(&own);
    if (status != BRINK_OK) return status;
    if (set) status = apply_set(root, set, scratch, own);
    if (status == BRINK_OK) status = check_tree(handle, root, variants ? variants->value : NULL, scratch, own, &unused);
    for (size_t i = 0; i < brink_diagnostics_count(own); i++) {
        const BrinkDiagnostic *mistake = brink_diagnostics_get(own, i);
        if (mistake->severity == BRINK_ERROR)
            diagnostics_add(diagnostics, DIAGNOSTIC_variant_broken, mistake->span, mistake->hint, "with %s: %s", what,
                            mistake->message);
    }
    brink_diagnostics_free(own);
    return status == BRINK_NO_MEMORY ? status : BRINK_OK;
}

static BrinkStatus check_variant(const BrinkScenario *handle, const char *name, Arena *scratch,
                                 BrinkDiagnostics *diagnostics) {
    const Node *set = variant_set(handle, name);
    const char *what = arena_print(scratch, "variant `%s`", name);
    if (!set) return BRINK_OK;
    Node *root = copy_for_change(handle->root, reach_of(set), scratch);
    return root && what ? check_changed(handle, root, set, what, scratch, diagnostics) : BRINK_NO_MEMORY;
}

static BrinkStatus check_given(const BrinkScenario *handle, const Claim *claim, Arena *scratch,
                               BrinkDiagnostics *diagnostics) {
    Node *root = copy_for_change(handle->root, (Reach){false, false}, scratch);
    BrinkStatus status = root ? add_history(root, claim->given, scratch) : BRINK_NO_MEMORY;
    return status == BRINK_OK ? check_changed(handle, root, NULL, "what a claim supposes", scratch, diagnostics)
                              : status;
}

/* Values that are read in all, over all changes: some seconds. */
enum { CHANGED_VALUE_LIMIT = 4000000 };

static double section_size(const Node *root, const char *section) {
    const Entry *entry = tree_find(root, section);
    return entry ? tree_size(entry->value) : 0;
}

/* Values that checking every variant and supposition reads. */
static double changed_values(const BrinkScenario *handle, const Scenario *scenario) {
    const Node *root = handle->root;
    double variants = section_size(root, "variants"), claims = section_size(root, "claims"), values = 0;
    double rest = tree_size(root) - variants - claims;
    const char *name;
    for (size_t i = 0; (name = brink_scenario_variant(handle, i)); i++) {
        const Node *set = variant_set(handle, name);
        Reach reach = set ? reach_of(set) : (Reach){false, false};
        if (set) values += rest + (reach.variants || reach.claims ? claims : 0) + (reach.variants ? variants : 0);
    }
    for (int i = 0; i < scenario->claim_count; i++) values += scenario->claims[i].given ? rest : 0;
    return values;
}

static BrinkStatus check_variants(const BrinkScenario *handle, const Scenario *scenario,
                                  BrinkDiagnostics *diagnostics) {
    double values = changed_values(handle, scenario);
    if (values > CHANGED_VALUE_LIMIT) {
        const Entry *variants = tree_find(handle->root, "variants"), *claims = tree_find(handle->root, "claims");
        diagnostics_add(diagnostics, DIAGNOSTIC_too_many_names, variants ? variants->key_span : claims->key_span,
                        "put some of the variants into a file of their own",
                        "under all its variants and suppositions the file has %.0f values; more than %d are not read",
                        values, CHANGED_VALUE_LIMIT);
        return BRINK_BAD_INPUT;
    }
    Arena *scratch = arena_new();
    BrinkStatus status = scratch ? BRINK_OK : BRINK_NO_MEMORY;
    size_t errors = brink_diagnostics_error_count(diagnostics);
    const char *name;
    for (size_t i = 0; status == BRINK_OK && (name = brink_scenario_variant(handle, i)); i++) {
        arena_reset(scratch);
        status = check_variant(handle, name, scratch, diagnostics);
    }
    for (int i = 0; status == BRINK_OK && i < scenario->claim_count; i++) {
        arena_reset(scratch);
        if (scenario->claims[i].given) status = check_given(handle, &scenario->claims[i], scratch, diagnostics);
    }
    arena_free(scratch);
    return status == BRINK_OK && brink_diagnostics_error_count(diagnostics) > errors ? BRINK_BAD_INPUT : status;
}

static BrinkStatus check_all(BrinkScenario *handle, BrinkDiagnostics *diagnostics, Scenario **scenario) {
    BrinkStatus status = check_tree(handle, handle->root, NULL, handle->checked_arena, diagnostics, scenario);
    return status == BRINK_OK && !handle->is_copy ? check_variants(handle, *scenario, diagnostics) : status;
}

BrinkStatus scenario_checked(BrinkScenario *handle, BrinkDiagnostics *diagnostics, const Scenario **result) {
    BrinkStatus status = BRINK_OK;
    if (!handle->checked) {
        BrinkDiagnostics *own = NULL;
        Scenario *scenario = NULL;
        if (!diagnostics) status = brink_diagnostics_new(&own);
        arena_reset(handle->checked_arena);
        if (status == BRINK_OK) status = check_all(handle, diagnostics ? diagnostics : own, &scenario);
        if (status == BRINK_OK) handle->checked = scenario;
        brink_diagnostics_free(own);
    }
    if (status == BRINK_OK) *result = handle->checked;
    return status;
}

BrinkStatus brink_scenario_check(BrinkScenario *handle, BrinkDiagnostics *diagnostics) {
    const Scenario *scenario;
    return scenario_checked(handle, diagnostics, &scenario);
}

const char *brink_scenario_title(const BrinkScenario *handle) {
    return handle->checked ? handle->checked->title : "";
}
