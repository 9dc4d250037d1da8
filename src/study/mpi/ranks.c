/* SPDX-License-Identifier: GPL-3.0-or-later
 * A study's work over the processes of an MPI job. The leader (rank 0) hands out chunks of items as they are asked for,
 * two ahead for each helper, works on chunks itself between, and takes all answers in the order of items. Invariants:
 * results are those of one process; no more chunks are under way than the ring has places, so that memory does not grow
 * with the number of items; after a run no message is left. MPI is called by the thread that began it alone. */
#include "study/ranks.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TAG_CHUNK = 1, TAG_END, TAG_ANSWER };
enum { AHEAD = 2 }; /* chunks a helper holds: it works on one while the answer of the other travels */

/* What is sent, as whole numbers in doubles. */
enum { CHUNK_FIRST, CHUNK_COUNT, CHUNK_STUDY_HIGH, CHUNK_STUDY_LOW, CHUNK_NUMBERS };
enum { END_KIND, END_CHUNKS, END_NUMBERS }; /* chunks that were sent since the run began */
enum { ANSWER_KIND, ANSWER_STATUS, ANSWER_FIRST, ANSWER_COUNT, ANSWER_NUMBERS };
typedef enum { RUN_FINISHED, RUN_STOPPED, GROUP_ENDED } EndKind;
typedef enum { ANSWER_CHUNK, ANSWER_IDLE, ANSWER_LEFT } AnswerKind; /* IDLE: the run has ended for this helper */

static struct {
    bool has_begun; /* by us */
    int rank, count;
    bool has_ended; /* of a helper: it was told that the group ends */
    bool *has_left; /* of the leader: [rank] */
} group = {.count = 1};

static void pause_shortly(void) {
    nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
}

/* Waits without keeping the processor busy. */
static void wait_for(int source, int tag, MPI_Status *status) {
    for (int is_there = 0; !is_there; is_there || (pause_shortly(), 0))
        MPI_Iprobe(source, tag, MPI_COMM_WORLD, &is_there, status);
}

int ranks_count(void) {
    return group.count;
}

bool brink_group_leads(void) {
    return group.rank == 0;
}

void brink_group_begin(void) {
    int is_begun = 0, provided;
    MPI_Initialized(&is_begun);
    if (is_begun || group.has_begun) return;
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
    group.has_begun = true;
    MPI_Comm_rank(MPI_COMM_WORLD, &group.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &group.count);
}

/* ---- Leading ---- */

typedef enum { PLACE_FREE, PLACE_OUT, PLACE_DONE } PlaceState;

typedef struct Place {
    PlaceState state;
    PoolChunk chunk;
} Place;

typedef struct Leader {
    Pool *pool;
    uint64_t first, end, next; /* item that is handed out next */
    int most, place_count;     /* items of a chunk; places of the ring */
    Place *places;             /* chunk k in place k % place_count */
    uint64_t taken;            /* chunks */
    bool is_cut;               /* a chunk was taken in part: the run is over */
    int *held, *sent;          /* [rank] chunks it works on, and was ever sent */
    double *answer;
} Leader;

static Place *place_of(const Leader *leader, uint64_t item) {
    return &leader->places[(item - leader->first) / (uint64_t)leader->most % (uint64_t)leader->place_count];
}

/* A place for the next chunk, with its items; NULL where nothing is left or the ring is full. */
static Place *next_place(Leader *leader) {
    if (leader->next >= leader->end || !pool_goes_on(leader->pool)) return NULL;
    Place *place = place_of(leader, leader->next);
    if (place->state != PLACE_FREE) return NULL;
    uint64_t left = leader->end - leader->next;
    place->state = PLACE_OUT;
    place->chunk.first = leader->next;
    place->chunk.count = left < (uint64_t)leader->most ? (int)left : leader->most;
    leader->next += (uint64_t)place->chunk.count;
    return place;
}

static void lose(Leader *leader, int rank, BrinkStatus status) {
    if (status == BRINK_OK) status = BRINK_BAD_INPUT;
    bool is_first = pool_goes_on(leader->pool);
    pool_stop(leader->pool, status);
    if (is_first && status != BRINK_CANCELLED && status != BRINK_NO_MEMORY)
        diagnostics_add(leader->pool->diagnostics, DIAGNOSTIC_helper_lost, (BrinkSpan){0},
                        "each process has to find the same program, scenario file and options",
                        "process %d cannot help: it has another study, or none", rank);
}

static void receive_answer(Leader *leader, const MPI_Status *message) {
    int size, rank = message->MPI_SOURCE;
    MPI_Get_count(message, MPI_DOUBLE, &size);
    MPI_Recv(leader->answer, size, MPI_DOUBLE, rank, TAG_ANSWER, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    BrinkStatus status = (BrinkStatus)leader->answer[ANSWER_STATUS];
    AnswerKind kind = (AnswerKind)leader->answer[ANSWER_KIND];
    if (kind == ANSWER_LEFT) group.has_left[rank] = true;
    if (kind == ANSWER_LEFT || status != BRINK_OK) {
        lose(leader, rank, status);
        return;
    }
    if (kind != ANSWER_CHUNK) return;
    Place *place = place_of(leader, (uint64_t)leader->answer[ANSWER_FIRST]);
    size_t parts = (size_t)place->chunk.count * (size_t)leader->pool->part_count;
    memcpy(place->chunk.values, leader->answer + ANSWER_NUMBERS,
           pool_chunk_numbers(leader->pool, place->chunk.count) * sizeof(double));
    memset(place->chunk.is_done, true, parts * sizeof(bool));
    place->state = PLACE_DONE;
    leader->held[rank]--;
    pool_tell(leader->pool, parts);
}

static void hand_out(Leader *leader, int rank) {
    uint64_t study = random_stream(leader->pool->name), left = leader->end - leader->next;
    int ahead = left > 2 * (uint64_t)(group.count * leader->most) ? AHEAD : 1; /* so that all end together */
    while (leader->held[rank] < ahead && !group.has_left[rank]) {
        Place *place = next_place(leader);
        if (!place) return;
        double chunk[CHUNK_NUMBERS] = {(double)place->chunk.first, place->chunk.count, (double)(study >> 32),
                                       (double)(study & UINT32_MAX)};
        MPI_Send(chunk, CHUNK_NUMBERS, MPI_DOUBLE, rank, TAG_CHUNK, MPI_COMM_WORLD);
        leader->held[rank]++;
        leader->sent[rank]++;
    }
}

static void take_ready(Leader *leader) {
    while (!leader->is_cut) {
        Place *place = &leader->places[leader->taken % (uint64_t)leader->place_count];
        if (place->state != PLACE_DONE) return;
        leader->is_cut = !pool_take(leader->pool, &place->chunk);
        place->state = PLACE_FREE;
        leader->taken++;
    }
}

/* Called between the leader's own solves, and while it waits. */
static void attend_helpers(void *attendant) {
    Leader *leader = attendant;
    MPI_Status message;
    for (int is_there = 1; is_there;) {
        MPI_Iprobe(MPI_ANY_SOURCE, TAG_ANSWER, MPI_COMM_WORLD, &is_there, &message);
        if (is_there) receive_answer(leader, &message);
    }
    take_ready(leader);
    for (int rank = 1; rank < group.count; rank++) hand_out(leader, rank);
}

static bool prepare(Leader *leader, Arena *arena) {
    size_t ranks = (size_t)group.count;
    leader->most = pool_chunk_items(leader->pool);
    leader->place_count = 2 * (AHEAD * group.count + 1);
    leader->places = arena_array(arena, (size_t)leader->place_count, sizeof *leader->places);
    leader->held = arena_array(arena, ranks, sizeof *leader->held);
    leader->sent = arena_array(arena, ranks, sizeof *leader->sent);
    leader->answer =
        arena_array(arena, ANSWER_NUMBERS + pool_chunk_numbers(leader->pool, leader->most), sizeof *leader->answer);
    if (!group.has_left) group.has_left = calloc(ranks, sizeof *group.has_left);
    bool has_all = leader->places && leader->held && leader->sent && leader->answer && group.has_left;
    for (int i = 0; has_all && i < leader->place_count; i++)
        has_all = pool_chunk_new(leader->pool, leader->most, arena, &leader->places[i].chunk);
    return has_all;
}

static void send_end(int rank, EndKind kind, int chunks) {
    double end[END_NUMBERS] = {kind, chunks};
    MPI_Send(end, END_NUMBERS, MPI_DOUBLE, rank, TAG_END, MPI_COMM_WORLD);
}

/* Waits for the last answer of a helper, and drops what else it still says. */
static void await(int rank, AnswerKind kind) {
    while (!group.has_left[rank]) {
        MPI_Status message;
        int size;
        wait_for(rank, TAG_ANSWER, &message);
        MPI_Get_count(&message, MPI_DOUBLE, &size);
        double *answer = malloc((size_t)size * sizeof *answer);
        if (!answer) {
            MPI_Abort(MPI_COMM_WORLD, BRINK_NO_MEMORY);
            return;
        }
        MPI_Recv(answer, size, MPI_DOUBLE, rank, TAG_ANSWER, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        AnswerKind own = (AnswerKind)answer[ANSWER_KIND];
        free(answer);
        if (own == ANSWER_LEFT) group.has_left[rank] = true;
        if (own == kind) return;
    }
}

static void end_run(const Leader *leader) {
    EndKind kind = leader->pool->status == BRINK_OK ? RUN_FINISHED : RUN_STOPPED;
    for (int rank = 1; rank < group.count; rank++)
        if (!group.has_left[rank]) send_end(rank, kind, leader->sent[rank]);
    for (int rank = 1; rank < group.count; rank++) await(rank, ANSWER_IDLE);
}

static void lead(Leader *leader) {
    Pool *pool = leader->pool;
    uint64_t most = (uint64_t)leader->most, chunks = (leader->end - leader->first + most - 1) / most;
    pool->attend = attend_helpers;
    pool->attendant = leader;
    while (pool_goes_on(pool) && leader->taken < chunks) {
        attend_helpers(leader);
        Place *own = next_place(leader);
        if (own) {
            pool_solve(pool, &own->chunk);
            own->state = PLACE_DONE;
        } else if (leader->taken < chunks) {
            pause_shortly();
            pool_tell(pool, 0); /* it may have been interrupted meanwhile */
        }
    }
    pool->attend = NULL;
}

/* ---- Helping ---- */

typedef struct Helper {
    Pool *pool;
    int received; /* chunks */
    bool has_end;
    EndKind end;
    int sent; /* chunks, as the end says */
    Arena *arena;
    int room; /* items */
    PoolChunk chunk;
    double *answers[AHEAD]; /* one travels while the next is worked out */
    MPI_Request requests[AHEAD];
} Helper;

static void look_for_end(void *attendant) {
    Helper *helper = attendant;
    int is_there = 0;
    if (!helper->has_end) MPI_Iprobe(0, TAG_END, MPI_COMM_WORLD, &is_there, MPI_STATUS_IGNORE);
    if (!is_there) return;
    double end[END_NUMBERS];
    MPI_Recv(end, END_NUMBERS, MPI_DOUBLE, 0, TAG_END, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    helper->has_end = true;
    helper->end = (EndKind)end[END_KIND];
    helper->sent = (int)end[END_CHUNKS];
    if (helper->end != RUN_FINISHED) pool_stop(helper->pool, BRINK_CANCELLED);
    if (helper->end == GROUP_ENDED) group.has_ended = true;
}

static void await_answers(Helper *helper) {
    for (int i = 0; i < AHEAD; i++)
        for (int is_sent = 0; !is_sent; is_sent || (pause_shortly(), 0))
            MPI_Test(&helper->requests[i], &is_sent, MPI_STATUS_IGNORE);
}

static bool make_room(Helper *helper, int items) {
    if (items <= helper->room) return true;
    size_t numbers = ANSWER_NUMBERS + pool_chunk_numbers(helper->pool, items);
    bool has_all = pool_chunk_new(helper->pool, items, helper->arena, &helper->chunk);
    await_answers(helper);
    for (int i = 0; i < AHEAD; i++) {
        helper->answers[i] = arena_array(helper->arena, numbers, sizeof(double));
        has_all = has_all && helper->answers[i];
    }
    helper->room = has_all ? items : 0;
    return has_all;
}

static void answer(AnswerKind kind, BrinkStatus status) {
    double head[ANSWER_NUMBERS] = {kind, status};
    MPI_Send(head, ANSWER_NUMBERS, MPI_DOUBLE, 0, TAG_ANSWER, MPI_COMM_WORLD);
}

static void answer_chunk(Helper *helper) {
    size_t numbers = pool_chunk_numbers(helper->pool, helper->chunk.count);
    double *answer = helper->answers[helper->received % AHEAD];
    MPI_Request *request = &helper->requests[helper->received % AHEAD];
    MPI_Wait(request, MPI_STATUS_IGNORE); /* the leader has had the time of a chunk to receive it */
    answer[ANSWER_KIND] = ANSWER_CHUNK;
    answer[ANSWER_STATUS] = BRINK_OK;
    answer[ANSWER_FIRST] = (double)helper->chunk.first;
    answer[ANSWER_COUNT] = helper->chunk.count;
    memcpy(answer + ANSWER_NUMBERS, helper->chunk.values, numbers * sizeof *answer);
    MPI_Isend(answer, ANSWER_NUMBERS + (int)numbers, MPI_DOUBLE, 0, TAG_ANSWER, MPI_COMM_WORLD, request);
}

/* The next chunk, worked out and answered; dropped once the run has been stopped. */
static void help_with_chunk(Helper *helper) {
    double chunk[CHUNK_NUMBERS];
    uint64_t study = random_stream(helper->pool->name);
    MPI_Recv(chunk, CHUNK_NUMBERS, MPI_DOUBLE, 0, TAG_CHUNK, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    helper->received++;
    if (!pool_goes_on(helper->pool)) return;
    BrinkStatus status = BRINK_OK;
    if (chunk[CHUNK_STUDY_HIGH] != (double)(study >> 32) || chunk[CHUNK_STUDY_LOW] != (double)(study & UINT32_MAX))
        status = BRINK_BAD_INPUT;
    else if (!make_room(helper, (int)chunk[CHUNK_COUNT]))
        status = BRINK_NO_MEMORY;
    if (status != BRINK_OK) pool_stop(helper->pool, status);
    helper->chunk.first = (uint64_t)chunk[CHUNK_FIRST];
    helper->chunk.count = (int)chunk[CHUNK_COUNT];
    if (status == BRINK_OK) pool_solve(helper->pool, &helper->chunk);
    if (pool_goes_on(helper->pool))
        answer_chunk(helper);
    else if (!helper->has_end)
        answer(ANSWER_CHUNK, helper->pool->status);
}

static BrinkStatus help(Pool *pool) {
    Helper helper = {.pool = pool, .arena = arena_new()};
    if (!helper.arena) return BRINK_NO_MEMORY; /* the leader learns it when this process leaves */
    for (int i = 0; i < AHEAD; i++) helper.requests[i] = MPI_REQUEST_NULL;
    pool->attend = look_for_end;
    pool->attendant = &helper;
    while (!helper.has_end || helper.received < helper.sent) {
        int is_there = 0;
        MPI_Iprobe(0, TAG_CHUNK, MPI_COMM_WORLD, &is_there, MPI_STATUS_IGNORE);
        if (is_there) {
            help_with_chunk(&helper);
            continue;
        }
        look_for_end(&helper);
        pause_shortly();
        bool went_on = pool_goes_on(pool);
        pool_tell(pool, 0);
        if (went_on && !pool_goes_on(pool) && !helper.has_end) answer(ANSWER_CHUNK, pool->status);
    }
    pool->attend = NULL;
    await_answers(&helper);
    if (helper.end != GROUP_ENDED) answer(ANSWER_IDLE, BRINK_OK);
    arena_free(helper.arena);
    return pool->status;
}

/* ---- The whole ---- */

BrinkStatus ranks_run(Pool *pool, uint64_t first, uint64_t end) {
    if (!brink_group_leads()) return help(pool);
    Leader leader = {.pool = pool, .first = first, .next = first, .end = end};
    Arena *arena = arena_new();
    bool has_all = arena && prepare(&leader, arena);
    if (has_all && first < end) lead(&leader);
    if (has_all) end_run(&leader); /* else helpers learn it when the group ends */
    if (has_all) take_ready(&leader);
    arena_free(arena);
    return has_all ? pool->status : BRINK_NO_MEMORY;
}

/* Every helper says that it leaves, and is told that the group ends; in either order. */
static void leave(void) {
    answer(ANSWER_LEFT, BRINK_OK);
    while (!group.has_ended) {
        double message[CHUNK_NUMBERS];
        MPI_Status status;
        wait_for(0, MPI_ANY_TAG, &status);
        MPI_Recv(message, CHUNK_NUMBERS, MPI_DOUBLE, 0, status.MPI_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        group.has_ended = status.MPI_TAG == TAG_END && message[END_KIND] == GROUP_ENDED;
    }
}

static void dismiss(void) {
    if (!group.has_left) group.has_left = calloc((size_t)group.count, sizeof *group.has_left);
    if (!group.has_left) MPI_Abort(MPI_COMM_WORLD, BRINK_NO_MEMORY);
    for (int rank = 1; rank < group.count; rank++) send_end(rank, GROUP_ENDED, 0);
    for (int rank = 1; rank < group.count; rank++) await(rank, ANSWER_LEFT);
    free(group.has_left);
    group.has_left = NULL;
}

void brink_group_end(void) {
    if (!group.has_begun) return;
    group.has_begun = false;
    if (group.rank == 0)
        dismiss();
    else
        leave();
    MPI_Finalize();
}
