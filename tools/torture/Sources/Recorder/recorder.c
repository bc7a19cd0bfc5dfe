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
            call_access, call_system, call_seek, call_allocate, call_unmap, call_advise, call_thread, call_memory, call_count };
static const char *names[call_count] = {"open",   "pread",   "pwrite",  "fsync", "ftruncate", "rename", "unlink",
                                        "mkdir",  "rmdir",   "opendir", "readdir", "flock",   "sendfile", "close",
                                        "mmap",   "fstat",   "fcntl",   "access",  "statfs",  "lseek",   "fallocate", "munmap",  "madvise", "pthread_create", "malloc"};
static unsigned long counts[call_count];
/* Which call of a name is struck, counted from 1, and how: with an error, or with one of these. */
enum { kills = 0, halves_and_kills = -1, halves = -2 };
static const char *struck_name, *struck_file, *said_file;
static unsigned long struck_number;
static int struck_error;
/* So many watched calls after the struck one, one more fails; 0 for none. */
static long second;
/* Where the code of LMDB and of the program lies: whose calls for memory and for threads may fail. */
static struct { uintptr_t start, end; } engine, program;

static int find_code(struct dl_phdr_info *object, size_t size, void *unused) {
    int is_program = object->dlpi_name[0] == 0;
    if (!is_program && !strstr(object->dlpi_name, "liblmdb")) return 0;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        uintptr_t start = object->dlpi_addr + part->p_vaddr;
        if (is_program) program.start = start, program.end = start + part->p_memsz;
        else engine.start = start, engine.end = start + part->p_memsz;
    }
    return 0;
}

__attribute__((constructor)) static void start(void) {
    const char *file = getenv("RECORDER_LOG");
    folder = getenv("RECORDER_FOLDER");
    if (file && folder) output = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    unsetenv("LD_PRELOAD");
    struck_file = getenv("RECORDER_STRUCK");
    said_file = getenv("RECORDER_SAID");
    struck_name = getenv("RECORDER_CALL");
    const char *number = getenv("RECORDER_NUMBER"), *error = getenv("RECORDER_ERROR");
    struck_number = number ? strtoul(number, NULL, 10) : 0;
    struck_error = error ? atoi(error) : 0;
    const char *more = getenv("RECORDER_SECOND");
    second = more ? atol(more) : 0;
    if (struck_file) dl_iterate_phdr(find_code, NULL);
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

/* What lies below the folder, or beside it under a name that begins with its own; and the folder that holds these names. */
static int is_watched(const char *path) {
    if (!folder || !path) return 0;
    if (strncmp(path, folder, strlen(folder)) == 0) return 1;
    const char *slash = strrchr(folder, '/');
    return slash && strlen(path) == (size_t)(slash - folder) && strncmp(path, folder, strlen(path)) == 0;
}

static void note(uint8_t operation, const char *path, uint64_t offset, const void *data, uint32_t length);

/* A failed call is noted as one: its error, where it was to write how much, and its name. */
static void note_failure(enum call call, const char *path, int64_t place, uint64_t count) {
    char words[96];
    int length = snprintf(words, sizeof words, "%d %lld %llu %s", errno, (long long)place, (unsigned long long)count, names[call]);
    int error = errno;
    pthread_mutex_lock(&mutex);
    note(recorder_failure, path, 0, words, (uint32_t)length);
    pthread_mutex_unlock(&mutex);
    errno = error;
}

/* Nonzero for the call that is to fail, or with `halves…` to be done to a half; a killed process does not come back. */
static int is_due(enum call call, const char *path, int64_t place, uint64_t count) {
    static long since = -1;
    unsigned long number = __atomic_add_fetch(&counts[call], 1, __ATOMIC_SEQ_CST);
    if (number != struck_number || !struck_name || strcmp(struck_name, names[call]) != 0) {
        long gone = __atomic_load_n(&since, __ATOMIC_SEQ_CST);
        if (gone < 0 || call == call_close || call == call_memory || call == call_thread) return 0;
        if (__atomic_add_fetch(&since, 1, __ATOMIC_SEQ_CST) != second) return 0;
        tell("second", path);
        errno = EIO;
        note_failure(call, path, place, count);
        return EIO;
    }
    tell("struck", path);
    if (struck_error == kills) kill(getpid(), SIGKILL);
    if (struck_error < 0) return struck_error;
    if (second > 0) __atomic_store_n(&since, 0, __ATOMIC_SEQ_CST);
    errno = struck_error;
    note_failure(call, path, place, count);
    return struck_error;
}

/* What the worker says is noted in its order, and never struck. */
static int is_struck(enum call call, const char *path) {
    if (!struck_file || !is_watched(path) || (said_file && strcmp(path, said_file) == 0)) return 0;
    return is_due(call, path, -1, 0);
}

static const char *path_of(int descriptor) {
    return descriptor >= 0 && descriptor < descriptors ? paths[descriptor] : NULL;
}

static int is_struck_at(enum call call, int descriptor) {
    return struck_file && is_struck(call, path_of(descriptor));
}

/* The same for a call that reads or writes so many bytes: gives how many it shall be, or -1. */
static ssize_t share(enum call call, int descriptor, int64_t place, size_t count) {
    const char *path = path_of(descriptor);
    if (!struck_file || !is_watched(path) || (said_file && strcmp(path, said_file) == 0)) return (ssize_t)count;
    int how = is_due(call, path, place, count);
    return how == 0 ? (ssize_t)count : how > 0 ? -1 : (ssize_t)(count > 1 ? count / 2 : count);
}

static void end_between_halves(ssize_t shared, size_t count) {
    if (struck_error == halves_and_kills && shared < (ssize_t)count) kill(getpid(), SIGKILL);
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
    uint32_t size = (uint32_t)strlen(path), thread = (uint32_t)syscall(SYS_gettid);
    char head[9 + PATH_MAX + 12];
    if (size > PATH_MAX) abort();
    head[0] = (char)operation;
    memcpy(head + 1, &thread, 4);
    memcpy(head + 5, &size, 4);
    memcpy(head + 9, path, size);
    memcpy(head + 9 + size, &offset, 8);
    memcpy(head + 17 + size, &length, 4);
    put(head, 21 + size);
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
    int fails = is_struck_at(call_close, descriptor), error = errno;
    pthread_mutex_lock(&mutex);
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
    int64_t place = offset;
    if (offset < 0) {
        int is_appending = syscall(SYS_fcntl, descriptor, F_GETFL) & O_APPEND;
        place = syscall(SYS_lseek, descriptor, 0, is_appending ? SEEK_END : SEEK_CUR);
    }
    ssize_t shared = share(call_write, descriptor, place, count);
    if (shared < 0) return -1;
    pthread_mutex_lock(&mutex);
    ssize_t written = offset < 0 ? syscall(SYS_write, descriptor, data, (size_t)shared)
                                 : syscall(SYS_pwrite64, descriptor, data, (size_t)shared, offset);
    note_write(descriptor, (uint64_t)place, data, written);
    pthread_mutex_unlock(&mutex);
    end_between_halves(shared, count);
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
    char piece[1 << 16];
    size_t most = count < sizeof piece ? count : sizeof piece;
    uint64_t place = (uint64_t)syscall(SYS_lseek, target, 0, SEEK_CUR);
    ssize_t shared = share(call_sendfile, target, (int64_t)place, most);
    if (shared < 0) return -1;
    pthread_mutex_lock(&mutex);
    ssize_t got = offset ? syscall(SYS_pread64, source, piece, (size_t)shared, *offset)
                         : syscall(SYS_read, source, piece, (size_t)shared);
    ssize_t written = got > 0 ? syscall(SYS_write, target, piece, (size_t)got) : got;
    if (offset && written > 0) *offset += written;
    note_write(target, place, piece, written);
    pthread_mutex_unlock(&mutex);
    end_between_halves(shared, most);
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

#define IS_WITHIN(code) \
    ((uintptr_t)__builtin_return_address(0) >= code.start && (uintptr_t)__builtin_return_address(0) < code.end)

/* LMDB takes fewer bytes than it asked for as the end of the file, which they are on a local disk. */
static ssize_t read_at(int descriptor, void *data, size_t count, off_t offset, int is_of_engine) {
    ssize_t shared = share(call_read, descriptor, offset, count);
    if (shared < 0) return -1;
    return syscall(SYS_pread64, descriptor, data, is_of_engine ? count : (size_t)shared, offset);
}
ssize_t pread(int descriptor, void *data, size_t count, off_t offset) {
    return read_at(descriptor, data, count, offset, IS_WITHIN(engine));
}
ssize_t pread64(int descriptor, void *data, size_t count, off64_t offset) {
    return read_at(descriptor, data, count, offset, IS_WITHIN(engine));
}
off_t lseek(int descriptor, off_t offset, int whence) {
    return is_struck_at(call_seek, descriptor) ? -1 : (off_t)syscall(SYS_lseek, descriptor, offset, whence);
}
off64_t lseek64(int descriptor, off64_t offset, int whence) {
    return is_struck_at(call_seek, descriptor) ? -1 : (off64_t)syscall(SYS_lseek, descriptor, offset, whence);
}
/* Room that is set aside changes no byte. */
int fallocate(int descriptor, int mode, off_t offset, off_t length) {
    return is_struck_at(call_allocate, descriptor) ? -1 : (int)syscall(SYS_fallocate, descriptor, mode, offset, length);
}
int fallocate64(int descriptor, int mode, off64_t offset, off64_t length) {
    return is_struck_at(call_allocate, descriptor) ? -1 : (int)syscall(SYS_fallocate, descriptor, mode, offset, length);
}
/* The map of LMDB, whose file the system no longer names; and threads of the program itself. */
int munmap(void *place, size_t size) {
    int fails = struck_file && IS_WITHIN(engine) && is_due(call_unmap, "memory", -1, 0);
    return fails ? -1 : (int)syscall(SYS_munmap, place, size);
}
int madvise(void *place, size_t size, int advice) {
    int fails = struck_file && IS_WITHIN(engine) && is_due(call_advise, "memory", -1, 0);
    return fails ? -1 : (int)syscall(SYS_madvise, place, size, advice);
}
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument) {
    int fails = struck_file && IS_WITHIN(program) ? is_due(call_thread, "thread", -1, 0) : 0;
    return fails ? fails : ORIGINAL(pthread_create)(thread, attributes, run, argument);
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
    return place >= engine.start && place < engine.end && is_due(call_memory, "memory", -1, 0);
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
