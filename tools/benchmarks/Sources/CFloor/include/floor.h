#ifndef ACCRUE_FLOOR_H
#define ACCRUE_FLOOR_H

#include <stddef.h>
#include <stdint.h>

/// The work of the log in C, on the same liblmdb, with the same bytes and the same durability, and nothing checked.
/// Every function returns 0 or an error of LMDB.
struct floor;

enum {
    /// Every append also updates, in its transaction, event id to position and learner to entry.
    floor_indexed = 1,
    /// Opened to be read, without the locks of LMDB, which a process may hold only once for each file.
    floor_reads = 2,
};

/// Opens a file of LMDB, of a kind.
int floor_open(const char *path, size_t map_size, int kind, struct floor **result);
void floor_close(struct floor *floor);

/// Appends `count` records that lie behind each other in `bytes`, `batch` of them in each durable transaction.
int floor_append(
    struct floor *floor, uint64_t first, const uint8_t *bytes, const uint32_t *lengths, size_t count, size_t batch);

/// Appends `count` records from so many threads, each of which waits until its record is durable; a writer commits all
/// that wait together. Tells how many transactions there were.
int floor_group_append(
    struct floor *floor, uint64_t first, const uint8_t *bytes, const uint32_t *lengths, size_t count, size_t clients,
    size_t *commits);

/// Adds up the points of each learner and unit over all records from `first` through `last`, by a cursor. With
/// `verifies`, the CRC-32C of each is verified by the processor's instruction, as the log must.
int floor_fold(
    struct floor *floor, uint64_t first, uint64_t last, uint8_t kind, int64_t *sums, size_t learners, size_t units,
    int verifies);

/// Gets records by position, one by one, and adds up their points.
int floor_get(struct floor *floor, const uint32_t *positions, size_t count, int64_t *sum);

/// How many transactions the file has seen.
size_t floor_transactions(struct floor *floor);

/// How many records there are.
size_t floor_count(struct floor *floor);

/// Copies records from `first` on, behind each other, until `count` are copied or `capacity` is reached.
int floor_read(
    struct floor *floor, uint64_t first, size_t count, uint8_t *bytes, size_t capacity, uint32_t *lengths,
    size_t *copied);

/// Does the least that a rebuild of balances must: reads the streams of runs, verifies their blocks, adds up points by learner
/// and unit, and writes a row for each learner to a file of LMDB in the folder `target`, durable a megabyte at a time.
int floor_rebuild(const char **runs, size_t count, uint32_t learners, uint8_t kind, const char *target);

/// Keeps all threads that there are, and those that they start, on the first so many cores.
int floor_pin(int cores);

#endif
