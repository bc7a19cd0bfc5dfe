#define _GNU_SOURCE
#include "floor.h"

#include <endian.h>
#include <lmdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { entry_size = 128, unit_offset = 70, id_offset = 16, id_size = 16, learner_offset = 52, points_offset = 56, kind_offset = 1, checksum_offset = 4, table_offset = 80 };

struct floor {
    MDB_env *env;
    MDB_dbi events, ids, streams;
    int indexed;
};

int floor_open(const char *path, size_t map_size, int kind, struct floor **result) {
    struct floor *floor = calloc(1, sizeof *floor);
    MDB_txn *txn;
    unsigned create = kind == floor_reads ? 0 : MDB_CREATE, reads = kind == floor_reads ? MDB_RDONLY : 0;
    int code;
    floor->indexed = kind == floor_indexed;
    if ((code = mdb_env_create(&floor->env)) || (code = mdb_env_set_mapsize(floor->env, map_size))
        || (code = mdb_env_set_maxdbs(floor->env, 4))
        || (code = mdb_env_open(floor->env, path, MDB_NOTLS | reads | (reads ? MDB_NOLOCK : 0), 0644))
        || (code = mdb_txn_begin(floor->env, NULL, reads, &txn)))
        return code;
    if ((code = mdb_dbi_open(txn, "events", create, &floor->events))) return code;
    if (floor->indexed) {
        if ((code = mdb_dbi_open(txn, "ids", MDB_CREATE, &floor->ids))) return code;
        if ((code = mdb_dbi_open(txn, "streams", MDB_CREATE, &floor->streams))) return code;
    }
    *result = floor;
    return mdb_txn_commit(txn);
}

void floor_close(struct floor *floor) {
    mdb_env_close(floor->env);
    free(floor);
}

static uint32_t learner_of(const uint8_t *record) {
    uint32_t learner;
    memcpy(&learner, record + learner_offset, 4);
    return learner;
}

static int64_t points_of(const uint8_t *record) {
    int64_t points;
    memcpy(&points, record + points_offset, 8);
    return points == INT64_MIN ? 0 : points;
}

static int put(struct floor *floor, MDB_txn *txn, uint64_t position, const uint8_t *record, uint32_t length) {
    uint64_t key = htobe64(position);
    MDB_val k = {8, &key}, v = {length, (void *)record};
    int code = mdb_put(txn, floor->events, &k, &v, MDB_APPEND);
    if (code || !floor->indexed) return code;
    MDB_val id = {id_size, (void *)(record + id_offset)}, at = {8, &key};
    if ((code = mdb_put(txn, floor->ids, &id, &at, MDB_NOOVERWRITE))) return code;
    uint64_t place = htobe64((uint64_t)learner_of(record) << 32 | (uint32_t)position);
    MDB_val stream = {8, &place}, entry = {entry_size, (void *)record};
    return mdb_put(txn, floor->streams, &stream, &entry, 0);
}

int floor_append(
    struct floor *floor, uint64_t first, const uint8_t *bytes, const uint32_t *lengths, size_t count, size_t batch) {
    for (size_t done = 0; done < count;) {
        MDB_txn *txn;
        int code = mdb_txn_begin(floor->env, NULL, 0, &txn);
        if (code) return code;
        for (size_t end = done + batch < count ? done + batch : count; done < end; done++) {
            if ((code = put(floor, txn, first + done, bytes, lengths[done]))) return code;
            bytes += lengths[done];
        }
        if ((code = mdb_txn_commit(txn))) return code;
    }
    return 0;
}

/// The queue between clients and the writer of a group commit.
struct group {
    pthread_mutex_t mutex;
    pthread_cond_t wanted, done;
    const uint8_t **records;
    const uint32_t *lengths;
    size_t next, submitted, committed, count;
    int code;
};

static void *client(void *argument) {
    struct group *group = argument;
    pthread_mutex_lock(&group->mutex);
    while (group->submitted < group->count && !group->code) {
        size_t mine = group->submitted++;
        pthread_cond_signal(&group->wanted);
        while (group->committed <= mine && !group->code) pthread_cond_wait(&group->done, &group->mutex);
    }
    pthread_mutex_unlock(&group->mutex);
    return NULL;
}

int floor_group_append(
    struct floor *floor, uint64_t first, const uint8_t *bytes, const uint32_t *lengths, size_t count, size_t clients,
    size_t *commits) {
    struct group group = {.lengths = lengths, .count = count, .records = malloc(count * sizeof(uint8_t *))};
    pthread_t threads[clients];
    for (size_t i = 0; i < count; bytes += lengths[i++]) group.records[i] = bytes;
    pthread_mutex_init(&group.mutex, NULL);
    pthread_cond_init(&group.wanted, NULL);
    pthread_cond_init(&group.done, NULL);
    for (size_t i = 0; i < clients; i++) pthread_create(&threads[i], NULL, client, &group);
    *commits = 0;
    pthread_mutex_lock(&group.mutex);
    while (group.committed < count && !group.code) {
        while (group.submitted == group.committed) pthread_cond_wait(&group.wanted, &group.mutex);
        size_t from = group.committed, to = group.submitted;
        pthread_mutex_unlock(&group.mutex);
        MDB_txn *txn;
        int code = mdb_txn_begin(floor->env, NULL, 0, &txn);
        for (size_t i = from; i < to && !code; i++) code = put(floor, txn, first + i, group.records[i], lengths[i]);
        if (!code) code = mdb_txn_commit(txn);
        ++*commits;
        pthread_mutex_lock(&group.mutex);
        group.code = code;
        group.committed = to;
        pthread_cond_broadcast(&group.done);
    }
    pthread_mutex_unlock(&group.mutex);
    for (size_t i = 0; i < clients; i++) pthread_join(threads[i], NULL);
    free(group.records);
    return group.code;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2")))
static int is_intact(const uint8_t *record) {
    uint32_t head, stored, table;
    memcpy(&head, record, 4);
    memcpy(&stored, record + checksum_offset, 4);
    memcpy(&table, record + table_offset, 4);
    uint64_t checksum = __builtin_ia32_crc32di(0xffffffff, head);
    for (size_t offset = checksum_offset + 4; offset < entry_size + table; offset += 8) {
        uint64_t word;
        memcpy(&word, record + offset, 8);
        checksum = __builtin_ia32_crc32di(checksum, word);
    }
    return (uint32_t)~checksum == stored;
}
#else
static int is_intact(const uint8_t *record) {
    (void)record;
    return 0;
}
#endif

int floor_fold(
    struct floor *floor, uint64_t first, uint64_t last, uint8_t kind, int64_t *sums, size_t learners, size_t units,
    int verifies) {
    MDB_txn *txn;
    MDB_cursor *cursor;
    int code = mdb_txn_begin(floor->env, NULL, MDB_RDONLY, &txn);
    if (code) return code;
    if ((code = mdb_cursor_open(txn, floor->events, &cursor))) return code;
    uint64_t key = htobe64(first);
    MDB_val k = {8, &key}, v;
    code = mdb_cursor_get(cursor, &k, &v, MDB_SET_KEY);
    for (uint64_t position = first; !code && position <= last; position++) {
        const uint8_t *record = v.mv_data;
        if (verifies && !is_intact(record)) {
            code = MDB_CORRUPTED;
            break;
        }
        if (record[kind_offset] == kind) {
            uint16_t unit;
            memcpy(&unit, record + unit_offset, 2);
            uint32_t learner = learner_of(record);
            if (learner < learners && unit < units) sums[learner * units + unit] += points_of(record);
        }
        if (position < last) code = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    mdb_txn_abort(txn);
    return code;
}

int floor_get(struct floor *floor, const uint32_t *positions, size_t count, int64_t *sum) {
    MDB_txn *txn;
    int code = mdb_txn_begin(floor->env, NULL, MDB_RDONLY, &txn);
    for (size_t i = 0; i < count && !code; i++) {
        uint64_t key = htobe64(positions[i]);
        MDB_val k = {8, &key}, v;
        if (!(code = mdb_get(txn, floor->events, &k, &v))) *sum += points_of(v.mv_data);
    }
    mdb_txn_abort(txn);
    return code;
}

size_t floor_transactions(struct floor *floor) {
    MDB_envinfo info;
    return mdb_env_info(floor->env, &info) ? 0 : info.me_last_txnid;
}

size_t floor_count(struct floor *floor) {
    MDB_txn *txn;
    MDB_stat status = {0};
    if (mdb_txn_begin(floor->env, NULL, MDB_RDONLY, &txn)) return 0;
    if (mdb_stat(txn, floor->events, &status)) status.ms_entries = 0;
    mdb_txn_abort(txn);
    return status.ms_entries;
}

int floor_read(
    struct floor *floor, uint64_t first, size_t count, uint8_t *bytes, size_t capacity, uint32_t *lengths,
    size_t *copied) {
    MDB_txn *txn;
    MDB_cursor *cursor;
    size_t used = 0;
    int code = mdb_txn_begin(floor->env, NULL, MDB_RDONLY, &txn);
    if (code) return code;
    if ((code = mdb_cursor_open(txn, floor->events, &cursor))) return code;
    uint64_t key = htobe64(first);
    MDB_val k = {8, &key}, v;
    code = mdb_cursor_get(cursor, &k, &v, MDB_SET_KEY);
    for (*copied = 0; !code && *copied < count && used + v.mv_size <= capacity; ++*copied) {
        memcpy(bytes + used, v.mv_data, v.mv_size);
        used += v.mv_size;
        lengths[*copied] = (uint32_t)v.mv_size;
        code = mdb_cursor_get(cursor, &k, &v, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    mdb_txn_abort(txn);
    return code == MDB_NOTFOUND ? 0 : code;
}
