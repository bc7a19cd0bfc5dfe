#define _GNU_SOURCE
#include "recorder.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { descriptors = 4096 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char *paths[descriptors];
static int through[descriptors];
static const char *folder;
static int output = -1;

enum call { call_open, call_read, call_write, call_sync, call_truncate, call_rename, call_unlink, call_mkdir, call_rmdir,
            call_opendir, call_readdir, call_flock, call_sendfile, call_close, call_map, call_stat, call_control,
            call_access, call_system, call_memory, call_count };
static const char *names[call_count] = {"open",   "pread",   "pwrite",  "fsync", "ftruncate", "rename", "unlink",
                                        "mkdir",  "rmdir",   "opendir", "readdir", "flock",   "sendfile", "close",
                                        "mmap",   "fstat",   "fcntl",   "access",  "statfs",  "malloc"};
static unsigned long counts[call_count];
/* Which call of a name is struck, counted from 1, and with which error; 0 ends the process instead. */
static const char *struck_name, *struck_file;
static unsigned long struck_number;
static int struck_error;
/* Where LMDB's code lies, whose calls for memory may fail. */
static uintptr_t engine_start, engine_end;

static int find_engine(struct dl_phdr_info *object, size_t size, void *unused) {
    if (!strstr(object->dlpi_name, "liblmdb")) return 0;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        engine_start = object->dlpi_addr + part->p_vaddr;
        engine_end = engine_start + part->p_memsz;
    }
    return 1;
}

__attribute__((constructor)) static void start(void) {
    const char *file = getenv("RECORDER_LOG");
    folder = getenv("RECORDER_FOLDER");
    if (file && folder) output = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    unsetenv("LD_PRELOAD");
    struck_file = getenv("RECORDER_STRUCK");
    struck_name = getenv("RECORDER_CALL");
    const char *number = getenv("RECORDER_NUMBER"), *error = getenv("RECORDER_ERROR");
    struck_number = number ? strtoul(number, NULL, 10) : 0;
    struck_error = error ? atoi(error) : 0;
    if (struck_file) dl_iterate_phdr(find_engine, NULL);
}

static void tell(const char *words, const char *path) {
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%s %s\n", words, path);
    int file = (int)syscall(SYS_openat, AT_FDCWD, struck_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0 || syscall(SYS_write, file, line, length) != length) abort();
    syscall(SYS_close, file);
}

/* Tells how often each call was made. */
__attribute__((destructor)) static void end(void) {
    if (!struck_file) return;
    for (int call = 0; call < call_count; call++) {
        char count[32];
        snprintf(count, sizeof count, "%lu", counts[call]);
        tell(names[call], count);
    }
}

static int is_watched(const char *path) {
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

/* True for the call that is to fail; where it is to end the process, nothing comes after. */
static int is_due(enum call call, const char *path) {
    unsigned long number = __atomic_add_fetch(&counts[call], 1, __ATOMIC_SEQ_CST);
    if (number != struck_number || !struck_name || strcmp(struck_name, names[call]) != 0) return 0;
    tell("struck", path);
    if (!struck_error) kill(getpid(), SIGKILL);
    errno = struck_error;
    return 1;
}

static int is_struck(enum call call, const char *path) { return struck_file && is_watched(path) && is_due(call, path); }

static const char *path_of(int descriptor) {
    return descriptor >= 0 && descriptor < descriptors ? paths[descriptor] : NULL;
}

static int is_struck_at(enum call call, int descriptor) {
    return struck_file && is_struck(call, path_of(descriptor));
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
    if (output < 0) return;
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
    if (is_struck(call_open, path)) return -1;
    pthread_mutex_lock(&mutex);
    int existed = !(flags & O_CREAT) || syscall(SYS_access, path, F_OK) == 0;
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

static void forget(int descriptor) {
    if (!path_of(descriptor)) return;
    free(paths[descriptor]);
    paths[descriptor] = NULL;
}

/* It is closed even where that is said to have failed, as by the system. */
int close(int descriptor) {
    pthread_mutex_lock(&mutex);
    int fails = is_struck_at(call_close, descriptor), error = errno;
    forget(descriptor);
    int code = (int)syscall(SYS_close, descriptor);
    pthread_mutex_unlock(&mutex);
    if (fails) errno = error;
    return fails ? -1 : code;
}

static ssize_t write_at(int descriptor, const void *data, size_t count, int64_t offset) {
    if (!path_of(descriptor))
        return offset < 0 ? syscall(SYS_write, descriptor, data, count)
                          : syscall(SYS_pwrite64, descriptor, data, count, offset);
    if (is_struck_at(call_write, descriptor)) return -1;
    pthread_mutex_lock(&mutex);
    uint64_t place = (uint64_t)offset;
    if (offset < 0) {
        int is_appending = syscall(SYS_fcntl, descriptor, F_GETFL) & O_APPEND;
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

/* As a read and a write, so that what is written can be noted. */
ssize_t sendfile(int target, int source, off_t *offset, size_t count) {
    if (!path_of(target)) return syscall(SYS_sendfile, target, source, offset, count);
    if (is_struck_at(call_sendfile, target)) return -1;
    char piece[1 << 16];
    pthread_mutex_lock(&mutex);
    uint64_t place = (uint64_t)syscall(SYS_lseek, target, 0, SEEK_CUR);
    ssize_t got = offset ? syscall(SYS_pread64, source, piece, count < sizeof piece ? count : sizeof piece, *offset)
                         : syscall(SYS_read, source, piece, count < sizeof piece ? count : sizeof piece);
    ssize_t written = got > 0 ? syscall(SYS_write, target, piece, (size_t)got) : got;
    if (offset && written > 0) *offset += written;
    note_write(target, place, piece, written);
    pthread_mutex_unlock(&mutex);
    return written;
}

static int changed(long code, int descriptor, uint8_t operation, uint64_t offset) {
    if (code == 0 && path_of(descriptor)) note(operation, paths[descriptor], offset, NULL, 0);
    return (int)code;
}

#define LOCKED(is_failing, expression)    \
    if (is_failing) return -1;            \
    pthread_mutex_lock(&mutex);           \
    int code = (expression);              \
    pthread_mutex_unlock(&mutex);         \
    return code;

int ftruncate(int descriptor, off_t size) {
    LOCKED(is_struck_at(call_truncate, descriptor), changed(syscall(SYS_ftruncate, descriptor, size), descriptor, recorder_truncate, (uint64_t)size))
}
int ftruncate64(int descriptor, off64_t size) {
    LOCKED(is_struck_at(call_truncate, descriptor), changed(syscall(SYS_ftruncate, descriptor, size), descriptor, recorder_truncate, (uint64_t)size))
}
int fsync(int descriptor) { LOCKED(is_struck_at(call_sync, descriptor), changed(syscall(SYS_fsync, descriptor), descriptor, recorder_sync, 0)) }
int fdatasync(int descriptor) { LOCKED(is_struck_at(call_sync, descriptor), changed(syscall(SYS_fdatasync, descriptor), descriptor, recorder_sync, 0)) }

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
static int removed(const char *path) {
    int code = (int)syscall(SYS_rmdir, path);
    if (code == 0 && is_watched(path)) note(recorder_unlink, path, 0, NULL, 0);
    return code;
}
static int made(const char *path, mode_t mode) {
    int code = (int)syscall(SYS_mkdir, path, mode);
    if (code == 0 && is_watched(path)) note(recorder_make_folder, path, 0, NULL, 0);
    return code;
}
int rename(const char *from, const char *to) { LOCKED(is_struck(call_rename, from), renamed(from, to)) }
int unlink(const char *path) { LOCKED(is_struck(call_unlink, path), unlinked(path)) }
int mkdir(const char *path, mode_t mode) { LOCKED(is_struck(call_mkdir, path), made(path, mode)) }
int rmdir(const char *path) { LOCKED(is_struck(call_rmdir, path), removed(path)) }

/* Calls that change nothing, but may fail. */

#define ORIGINAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pread(int descriptor, void *data, size_t count, off_t offset) {
    return is_struck_at(call_read, descriptor) ? -1 : syscall(SYS_pread64, descriptor, data, count, offset);
}
ssize_t pread64(int descriptor, void *data, size_t count, off64_t offset) {
    return is_struck_at(call_read, descriptor) ? -1 : syscall(SYS_pread64, descriptor, data, count, offset);
}
int flock(int descriptor, int operation) {
    return is_struck_at(call_flock, descriptor) ? -1 : (int)syscall(SYS_flock, descriptor, operation);
}
int access(const char *path, int mode) {
    return is_struck(call_access, path) ? -1 : (int)syscall(SYS_access, path, mode);
}
int fstat(int descriptor, struct stat *status) {
    return is_struck_at(call_stat, descriptor) ? -1 : (int)syscall(SYS_fstat, descriptor, status);
}
/* As older libraries call it. */
int __fxstat(int version, int descriptor, struct stat *status) {
    return is_struck_at(call_stat, descriptor) ? -1 : (int)syscall(SYS_fstat, descriptor, status);
}
int statfs(const char *path, struct statfs *status) {
    return is_struck(call_system, path) ? -1 : (int)syscall(SYS_statfs, path, status);
}
int fstatfs(int descriptor, struct statfs *status) {
    return is_struck_at(call_system, descriptor) ? -1 : (int)syscall(SYS_fstatfs, descriptor, status);
}
int statvfs(const char *path, struct statvfs *status) {
    return is_struck(call_system, path) ? -1 : ORIGINAL(statvfs)(path, status);
}
int fcntl(int descriptor, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    return is_struck_at(call_control, descriptor) ? -1 : (int)syscall(SYS_fcntl, descriptor, command, argument);
}
void *mmap(void *place, size_t size, int protection, int flags, int descriptor, off_t offset) {
    return is_struck_at(call_map, descriptor)
               ? MAP_FAILED
               : (void *)syscall(SYS_mmap, place, size, protection, flags, descriptor, offset);
}
DIR *opendir(const char *path) {
    if (is_struck(call_opendir, path)) return NULL;
    DIR *directory = ORIGINAL(opendir)(path);
    pthread_mutex_lock(&mutex);
    if (directory) opened(dirfd(directory), path, 0, 1);
    pthread_mutex_unlock(&mutex);
    return directory;
}
int closedir(DIR *directory) {
    pthread_mutex_lock(&mutex);
    forget(dirfd(directory));
    int code = ORIGINAL(closedir)(directory);
    pthread_mutex_unlock(&mutex);
    return code;
}
struct dirent *readdir(DIR *directory) {
    return is_struck_at(call_readdir, dirfd(directory)) ? NULL : ORIGINAL(readdir)(directory);
}

/* Memory that LMDB asks for; that of Swift cannot fail without ending the process. */

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static int is_starved(void *caller) {
    uintptr_t place = (uintptr_t)caller;
    return place >= engine_start && place < engine_end && is_due(call_memory, "memory");
}

#define STARVED is_starved(__builtin_return_address(0))
/* Within a function of this file, the caller would be who calls that. */
#define APART __attribute__((noinline))

APART void *malloc(size_t size) { return STARVED ? NULL : __libc_malloc(size); }
APART void *calloc(size_t count, size_t size) { return STARVED ? NULL : __libc_calloc(count, size); }
APART void *realloc(void *memory, size_t size) { return STARVED ? NULL : __libc_realloc(memory, size); }
APART int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (STARVED) return ENOMEM;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}
