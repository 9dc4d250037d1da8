/* SPDX-License-Identifier: GPL-3.0-or-later
 * From the node with the best bound the search plunges along best children to a whole package, so that something is
 * known early; what it passes by waits in a heap.
 *
 * Invariant: every package not looked at is below a node in the heap, or its bound was not above the floor. */
#include "packages/branch.h"

#include <math.h>
#include <stdlib.h>

typedef struct Node {
    double bound;
    uint32_t parent;
    int option, depth;
} Node;

typedef struct Tree {
    const BranchTask *task;
    Node *nodes;
    uint32_t *heap; /* largest bound first */
    size_t node_count, node_room, heap_count, looks, plunges;
    int *chosen, *options;
    double floor;
} Tree;

/* ---- The heap ---- */

static double bound_at(const Tree *tree, size_t place) {
    return tree->nodes[tree->heap[place]].bound;
}

static void swap(Tree *tree, size_t a, size_t b) {
    uint32_t kept = tree->heap[a];
    tree->heap[a] = tree->heap[b];
    tree->heap[b] = kept;
}

static void push(Tree *tree, uint32_t node) {
    size_t at = tree->heap_count++;
    tree->heap[at] = node;
    for (; at > 0 && bound_at(tree, at) > bound_at(tree, (at - 1) / 2); at = (at - 1) / 2) swap(tree, at, (at - 1) / 2);
}

static uint32_t pop(Tree *tree) {
    uint32_t top = tree->heap[0];
    tree->heap[0] = tree->heap[--tree->heap_count];
    for (size_t at = 0, child; (child = 2 * at + 1) < tree->heap_count; at = child) {
        if (child + 1 < tree->heap_count && bound_at(tree, child + 1) > bound_at(tree, child)) child++;
        if (bound_at(tree, child) <= bound_at(tree, at)) break;
        swap(tree, at, child);
    }
    return top;
}

/* ---- Nodes ---- */

static bool make_room(Tree *tree, size_t more) {
    if (tree->node_count + more <= tree->node_room) return true;
    size_t room = 2 * tree->node_room + more + 1024;
    Node *nodes = realloc(tree->nodes, room * sizeof *nodes);
    if (nodes) tree->nodes = nodes;
    uint32_t *heap = nodes ? realloc(tree->heap, room * sizeof *heap) : NULL;
    if (heap) tree->heap = heap;
    if (heap) tree->node_room = room;
    return heap != NULL;
}

static void recall(const Tree *tree, uint32_t node) {
    for (; tree->nodes[node].depth > 0; node = tree->nodes[node].parent)
        tree->chosen[tree->nodes[node].depth - 1] = tree->nodes[node].option;
}

static bool look(Tree *tree, uint32_t node) {
    const BranchTask *task = tree->task;
    recall(tree, node);
    for (int k = 0; k < task->situation->issue_count; k++) tree->options[task->order[k]] = tree->chosen[k];
    tree->looks++;
    return task->look(task->payload, tree->options, &tree->floor);
}

/* Writes the child with the best bound, which is not in the heap, to `best`; the node itself where it has none. */
static bool expand(Tree *tree, uint32_t node, uint32_t *best) {
    const Situation *s = tree->task->situation;
    int depth = tree->nodes[node].depth, issue = tree->task->order[depth];
    *best = node;
    if (!make_room(tree, (size_t)situation_option_count(s, issue))) return false;
    recall(tree, node);
    for (int option = s->option_start[issue]; option < s->option_start[issue + 1]; option++) {
        tree->chosen[depth] = option;
        double bound = fmin(tree->nodes[node].bound, tree->task->bound(tree->task->payload, tree->chosen, depth + 1));
        if (!(bound > tree->floor)) continue;
        uint32_t child = (uint32_t)tree->node_count++;
        tree->nodes[child] = (Node){bound, node, option, depth + 1};
        if (*best != node && tree->nodes[*best].bound >= bound) {
            push(tree, child);
            continue;
        }
        if (*best != node) push(tree, *best);
        *best = child;
    }
    return true;
}

static bool plunge(Tree *tree, uint32_t node) {
    while (tree->nodes[node].depth < tree->task->situation->issue_count) {
        uint32_t best;
        if (!expand(tree, node, &best)) return false;
        if (best == node) return true;
        node = best;
    }
    return look(tree, node);
}

/* Every sixteenth plunge the watch is told how far the search is: by looks or by nodes, whichever are nearer their
 * end. */
static bool may_go_on(Tree *tree) {
    const BranchTask *task = tree->task;
    if (tree->node_count >= task->nodes_most || tree->looks >= task->looks_most) return false;
    if (tree->looks == 0) return true; /* even in a hurry, one package */
    if (tree->plunges++ % 16 != 0) return true;
    double spent = (double)tree->node_count / (double)task->nodes_most * (double)task->looks_most;
    return watch_goes_on(task->watch, task->looks_before + (uint64_t)fmax((double)tree->looks, spent),
                         task->looks_of_all);
}

static BrinkStatus search(Tree *tree) {
    if (!tree->chosen || !tree->options || !make_room(tree, 1)) return BRINK_NO_MEMORY;
    double bound = tree->task->bound(tree->task->payload, tree->chosen, 0);
    tree->nodes[tree->node_count++] = (Node){.bound = bound};
    if (bound > tree->floor) push(tree, 0);
    while (tree->heap_count > 0 && bound_at(tree, 0) > tree->floor && may_go_on(tree))
        if (!plunge(tree, pop(tree))) return BRINK_NO_MEMORY;
    return BRINK_OK;
}

BrinkStatus branch_run(const BranchTask *task, double *most_left) {
    size_t issues = (size_t)task->situation->issue_count;
    Tree tree = {.task = task,
                 .chosen = calloc(issues + 1, sizeof *tree.chosen),
                 .options = calloc(issues + 1, sizeof *tree.options),
                 .floor = -INFINITY};
    BrinkStatus status = search(&tree);
    if (status == BRINK_OK)
        *most_left = tree.heap_count > 0 && bound_at(&tree, 0) > tree.floor ? bound_at(&tree, 0) : -INFINITY;
    free(tree.nodes);
    free(tree.heap);
    free(tree.chosen);
    free(tree.options);
    return status;
}
