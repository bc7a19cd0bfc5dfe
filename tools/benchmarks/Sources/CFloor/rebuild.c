#define _GNU_SOURCE
#include "floor.h"

#include <dirent.h>
#include <endian.h>
#include <fcntl.h>
#include <lmdb.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The least that a rebuild of balances must do: read the blocks of runs, verify them, merge streams, add up points by unit,
// and write a row for each learner. A run is as RunFormat.swift says.

enum {
    footer_size = 88, block_size = 28, streams = 2, tables = 3, head_size = 10, blocks_at_once = 16, units = 512,
    lane = 336, row_bytes = 1 << 20,
    // In an entry.
    kind_offset = 1, points_offset = 56, unit_offset = 70, position_offset = 8
};

struct block {
    uint64_t offset;
    uint32_t length;
};

struct reading {
    int file;
    struct block *blocks;
    size_t count, next, fetched;
    uint64_t start;
    uint8_t *bytes, *at, *end;
};

static uint64_t number(const uint8_t *bytes) {
    uint64_t value;
    memcpy(&value, bytes, 8);
    return be64toh(value);
}

static int open_run(const char *path, struct reading *run) {
    struct stat status;
    uint8_t footer[footer_size];
    if ((run->file = open(path, O_RDONLY)) < 0 || fstat(run->file, &status)) return -1;
    if (pread(run->file, footer, footer_size, status.st_size - footer_size) != footer_size) return -1;
    uint64_t start = number(footer + 68), size = status.st_size - footer_size - start;
    uint8_t *index = malloc(size), *next = index;
    if (pread(run->file, index, size, start) != (ssize_t)size) return -1;
    for (int table = 0; table < tables; table++) {
        size_t count = number(next + 8);
        next += 16;
        if (table == streams) {
            run->blocks = malloc(count * sizeof *run->blocks);
            run->count = count;
            for (size_t i = 0; i < count; i++) {
                uint32_t length;
                memcpy(&length, next + i * block_size + 24, 4);
                run->blocks[i] = (struct block){number(next + i * block_size + 16), be32toh(length)};
            }
        }
        next += count * block_size;
    }
    free(index);
    run->bytes = malloc(blocks_at_once * 65536);
    return 0;
}

#if defined(__x86_64__)
#include <immintrin.h>

/// CRC-32C in three lanes, as Sources/CRC32C does it.
__attribute__((target("sse4.2,pclmul")))
static uint32_t checksum(const uint8_t *bytes, size_t count) {
    uint64_t crc = 0xffffffff, words[3];
    for (; count >= 3 * lane; count -= 3 * lane, bytes += 3 * lane) {
        uint64_t first = crc, second = 0, third = 0;
        for (size_t offset = 0; offset < lane; offset += 8) {
            for (int i = 0; i < 3; i++) memcpy(&words[i], bytes + i * lane + offset, 8);
            first = __builtin_ia32_crc32di(first, words[0]);
            second = __builtin_ia32_crc32di(second, words[1]);
            third = __builtin_ia32_crc32di(third, words[2]);
        }
        __m128i moved = _mm_xor_si128(
            _mm_clmulepi64_si128(_mm_cvtsi64_si128(first), _mm_cvtsi64_si128(0xcec3662e), 0),
            _mm_clmulepi64_si128(_mm_cvtsi64_si128(second), _mm_cvtsi64_si128(0xa60ce07b), 0));
        crc = (uint32_t)(third ^ __builtin_ia32_crc32di(0, _mm_cvtsi128_si64(moved)));
    }
    for (; count >= 8; count -= 8, bytes += 8) {
        memcpy(words, bytes, 8);
        crc = __builtin_ia32_crc32di(crc, words[0]);
    }
    for (; count > 0; count--, bytes++) crc = __builtin_ia32_crc32qi(crc, *bytes);
    return ~(uint32_t)crc;
}
#else
static uint32_t checksum(const uint8_t *bytes, size_t count) {
    return 0;
}
#endif

/// Goes on to the next block: 1, 0 after the last, or -1 where it is damaged.
static int advance(struct reading *run) {
    if (run->next == run->count) return 0;
    if (run->next == run->fetched) {
        run->fetched = run->next + blocks_at_once < run->count ? run->next + blocks_at_once : run->count;
        struct block last = run->blocks[run->fetched - 1];
        run->start = run->blocks[run->next].offset;
        ssize_t size = last.offset + last.length - run->start;
        if (size > blocks_at_once * 65536 || pread(run->file, run->bytes, size, run->start) != size) return -1;
    }
    struct block block = run->blocks[run->next++];
    uint32_t stored;
    run->at = run->bytes + (block.offset - run->start);
    run->end = run->at + block.length - 4;
    memcpy(&stored, run->end, 4);
    return be32toh(stored) == checksum(run->at, block.length - 4) ? 1 : -1;
}

int floor_rebuild(const char **paths, size_t count, uint32_t learners, uint8_t kind, const char *target) {
    struct reading runs[count];
    int64_t sums[units] = {0};
    uint8_t row[65536];
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi rows;
    int code;
    memset(runs, 0, sizeof runs);
    for (size_t i = 0; i < count; i++)
        if (open_run(paths[i], &runs[i])) return -1;
    if ((code = mdb_env_create(&env)) || (code = mdb_env_set_mapsize(env, 16l << 30))
        || (code = mdb_env_open(env, target, 0, 0644)) || (code = mdb_txn_begin(env, NULL, 0, &txn))
        || (code = mdb_dbi_open(txn, NULL, 0, &rows)))
        return code;
    size_t written = 0;
    for (uint32_t learner = 1; learner <= learners; learner++) {
        size_t size = 0;
        for (size_t i = 0; i < count; i++) {
            for (struct reading *run = &runs[i];;) {
                if (run->at == run->end) {
                    if ((code = advance(run)) < 0) return MDB_CORRUPTED;
                    if (code == 0) break;
                }
                if (number(run->at) >> 32 > learner) break;
                const uint8_t *entry = run->at + head_size;
                uint16_t length, unit;
                memcpy(&length, entry - 2, 2);
                memcpy(&unit, entry + unit_offset, 2);
                if (number(run->at) >> 32 == learner && entry[kind_offset] == kind && unit < units) {
                    int64_t points;
                    memcpy(&points, entry + points_offset, 8);
                    sums[unit] += points;
                    // A credit: the event that decided, the unit, and its points.
                    if (size + 11 < sizeof row) {
                        memcpy(row + size, entry + position_offset, 4);
                        memcpy(row + size + 4, &unit, 2);
                        memcpy(row + size + 6, &sums[unit], 5);
                        size += 11;
                    }
                }
                run->at += head_size + be16toh(length);
            }
        }
        memset(sums, 0, sizeof sums);
        uint32_t key = htobe32(learner);
        MDB_val k = {4, &key}, v = {size, row};
        if ((code = mdb_put(txn, rows, &k, &v, MDB_APPEND))) return code;
        if ((written += size) < row_bytes && learner < learners) continue;
        written = 0;
        if ((code = mdb_txn_commit(txn))) return code;
        if (learner < learners && (code = mdb_txn_begin(env, NULL, 0, &txn))) return code;
    }
    for (size_t i = 0; i < count; i++) {
        close(runs[i].file);
        free(runs[i].blocks);
        free(runs[i].bytes);
    }
    mdb_env_close(env);
    return 0;
}

int floor_pin(int cores) {
    cpu_set_t set;
    DIR *tasks = opendir("/proc/self/task");
    if (!tasks) return -1;
    CPU_ZERO(&set);
    for (int core = 0; core < cores; core++) CPU_SET(core, &set);
    for (struct dirent *task; (task = readdir(tasks));)
        if (atoi(task->d_name) > 0) sched_setaffinity(atoi(task->d_name), sizeof set, &set);
    closedir(tasks);
    return 0;
}
