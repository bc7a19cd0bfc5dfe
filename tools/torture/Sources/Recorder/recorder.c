#define _GNU_SOURCE
#include "recorder.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { descriptors = 4096 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char *paths[descriptors];
static int through[descriptors];
static const char *folder;
static int output = -1;

__attribute__((constructor)) static void start(void) {
    const char *file = getenv("RECORDER_LOG");
    folder = getenv("RECORDER_FOLDER");
    if (file && folder) output = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    unsetenv("LD_PRELOAD");
}

static int is_watched(const char *path) {
    return output >= 0 && path && strncmp(path, folder, strlen(folder)) == 0;
}

static const char *path_of(int descriptor) {
    return descriptor >= 0 && descriptor < descriptors ? paths[descriptor] : NULL;
}

static void put(const void *bytes, size_t count) {
    for (const char *next = bytes; count > 0;) {
        ssize_t written = syscall(SYS_write, output, next, count);
        if (written <= 0) abort();
        next += written;
        count -= (size_t)written;
    }
}

static void note(uint8_t operation, const char *path, uint64_t offset, const void *data, uint32_t length) {
    int error = errno;
    uint32_t size = (uint32_t)strlen(path);
    put(&operation, 1);
    put(&size, 4);
    put(path, size);
    put(&offset, 8);
    put(&length, 4);
    put(data, length);
    errno = error;
}

static void note_write(int descriptor, uint64_t offset, const void *data, ssize_t count) {
    if (count > 0)
        note(
            through[descriptor] ? recorder_write_through : recorder_write, paths[descriptor], offset, data,
            (uint32_t)count);
}

static int opened(int descriptor, const char *path, int flags, int existed) {
    if (descriptor >= 0 && descriptor < descriptors && is_watched(path)) {
        free(paths[descriptor]);
        paths[descriptor] = strdup(path);
        through[descriptor] = (flags & O_DSYNC) != 0;
        if (!existed) note(recorder_create, path, 0, NULL, 0);
        else if (flags & O_TRUNC) note(recorder_truncate, path, 0, NULL, 0);
    }
    return descriptor;
}

static int open_as(const char *path, int flags, mode_t mode) {
    pthread_mutex_lock(&mutex);
    int existed = !(flags & O_CREAT) || access(path, F_OK) == 0;
    int descriptor = opened((int)syscall(SYS_openat, AT_FDCWD, path, flags, mode), path, flags, existed);
    pthread_mutex_unlock(&mutex);
    return descriptor;
}

static mode_t mode_of(int flags, va_list arguments) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0; }

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_as(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_as(path, flags, mode);
}

int close(int descriptor) {
    pthread_mutex_lock(&mutex);
    if (path_of(descriptor)) {
        free(paths[descriptor]);
        paths[descriptor] = NULL;
    }
    int code = (int)syscall(SYS_close, descriptor);
    pthread_mutex_unlock(&mutex);
    return code;
}

static ssize_t write_at(int descriptor, const void *data, size_t count, int64_t offset) {
    if (!path_of(descriptor))
        return offset < 0 ? syscall(SYS_write, descriptor, data, count)
                          : syscall(SYS_pwrite64, descriptor, data, count, offset);
    pthread_mutex_lock(&mutex);
    uint64_t place = (uint64_t)offset;
    if (offset < 0) {
        int is_appending = fcntl(descriptor, F_GETFL) & O_APPEND;
        place = (uint64_t)syscall(SYS_lseek, descriptor, 0, is_appending ? SEEK_END : SEEK_CUR);
    }
    ssize_t written = offset < 0 ? syscall(SYS_write, descriptor, data, count)
                                 : syscall(SYS_pwrite64, descriptor, data, count, offset);
    note_write(descriptor, place, data, written);
    pthread_mutex_unlock(&mutex);
    return written;
}

ssize_t write(int descriptor, const void *data, size_t count) { return write_at(descriptor, data, count, -1); }
ssize_t pwrite(int descriptor, const void *data, size_t count, off_t offset) {
    return write_at(descriptor, data, count, offset);
}
ssize_t pwrite64(int descriptor, const void *data, size_t count, off64_t offset) {
    return write_at(descriptor, data, count, offset);
}

static ssize_t write_pieces(int descriptor, const struct iovec *pieces, int count, int64_t offset) {
    size_t total = 0;
    for (int i = 0; i < count; i++) total += pieces[i].iov_len;
    char *joined = malloc(total ? total : 1), *next = joined;
    for (int i = 0; i < count; next += pieces[i++].iov_len) memcpy(next, pieces[i].iov_base, pieces[i].iov_len);
    ssize_t written = write_at(descriptor, joined, total, offset);
    free(joined);
    return written;
}

ssize_t writev(int descriptor, const struct iovec *pieces, int count) { return write_pieces(descriptor, pieces, count, -1); }
ssize_t pwritev(int descriptor, const struct iovec *pieces, int count, off_t offset) {
    return write_pieces(descriptor, pieces, count, offset);
}
ssize_t pwritev64(int descriptor, const struct iovec *pieces, int count, off64_t offset) {
    return write_pieces(descriptor, pieces, count, offset);
}

static int changed(long code, int descriptor, uint8_t operation, uint64_t offset) {
    if (code == 0 && path_of(descriptor)) note(operation, paths[descriptor], offset, NULL, 0);
    return (int)code;
}

#define LOCKED(expression)                \
    pthread_mutex_lock(&mutex);           \
    int code = (expression);              \
    pthread_mutex_unlock(&mutex);         \
    return code;

int ftruncate(int descriptor, off_t size) {
    LOCKED(changed(syscall(SYS_ftruncate, descriptor, size), descriptor, recorder_truncate, (uint64_t)size))
}
int ftruncate64(int descriptor, off64_t size) {
    LOCKED(changed(syscall(SYS_ftruncate, descriptor, size), descriptor, recorder_truncate, (uint64_t)size))
}
int fsync(int descriptor) { LOCKED(changed(syscall(SYS_fsync, descriptor), descriptor, recorder_sync, 0)) }
int fdatasync(int descriptor) { LOCKED(changed(syscall(SYS_fdatasync, descriptor), descriptor, recorder_sync, 0)) }

static int renamed(const char *from, const char *to) {
    int code = (int)syscall(SYS_rename, from, to);
    if (code == 0 && is_watched(from)) note(recorder_rename, from, 0, to, (uint32_t)strlen(to));
    return code;
}
static int unlinked(const char *path) {
    int code = (int)syscall(SYS_unlink, path);
    if (code == 0 && is_watched(path)) note(recorder_unlink, path, 0, NULL, 0);
    return code;
}
static int made(const char *path, mode_t mode) {
    int code = (int)syscall(SYS_mkdir, path, mode);
    if (code == 0 && is_watched(path)) note(recorder_make_folder, path, 0, NULL, 0);
    return code;
}
int rename(const char *from, const char *to) { LOCKED(renamed(from, to)) }
int unlink(const char *path) { LOCKED(unlinked(path)) }
int mkdir(const char *path, mode_t mode) { LOCKED(made(path, mode)) }
