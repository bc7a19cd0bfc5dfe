/* LMDB as the system installs it. */
#ifndef ACCRUE_CLMDB_SHIM_H
#define ACCRUE_CLMDB_SHIM_H

#include <linux/falloc.h>
#include <lmdb.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <unistd.h>

#if MDB_VERSION_FULL < MDB_VERINT(0, 9, 24) || MDB_VERSION_FULL >= MDB_VERINT(0, 10, 0)
#error "LMDB 0.9.24 or a later 0.9 is needed: other versions have other rules and another file format"
#endif

/* The kernel's number of this thread. pthread_self() will not do: the optimiser takes it for constant in a function. */
static inline int32_t clmdb_thread(void) {
    return (int32_t)syscall(SYS_gettid);
}

/* Asks for memory that will be read soon, and waits for nothing; where there is none, nothing happens. */
static inline void clmdb_foresee(uintptr_t place, size_t count) {
    for (size_t offset = 0; offset < count; offset += 64) __builtin_prefetch((const void *)(place + offset));
}

/* The number of the file system a path lies on; zero, or -1 and errno. Swift sees no statfs. */
static inline int clmdb_file_system(const char *path, uint32_t *kind) {
    struct statfs status;
    int result = statfs(path, &status);
    if (result == 0) *kind = (uint32_t)status.f_type;
    return result;
}

/* Declared here as the headers do so only with _GNU_SOURCE. */
extern int fallocate(int descriptor, int mode, off_t offset, off_t length);

/* Sets room aside for a file; zero, or -1 and errno. What it holds stays, and its length: LMDB looks at it. */
static inline int clmdb_allocate(int descriptor, int64_t length) {
    return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, (off_t)length);
}

#endif
