/* A disk that turned read-only under one program, preloaded into it: what lies below the folder that LOA_TEST_READ_ONLY names
   takes nothing more while a file "read-only" lies beside that folder, as a file system does that met a fault of its disk. What
   is open stays open, and reading goes on. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[4096];
static char flag[4128];

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("LOA_TEST_READ_ONLY");
    if (name) {
        snprintf(folder, sizeof folder, "%s/", name);
        snprintf(flag, sizeof flag, "%s.read-only", name);
    }
}

static int is_read_only(void) {
    return folder[0] && syscall(SYS_faccessat, AT_FDCWD, flag, F_OK) == 0;
}

static int lies_below(const char *path) {
    return path && strncmp(path, folder, strlen(folder)) == 0;
}

static int refuses_path(const char *path) {
    int before = errno;
    int refused = lies_below(path) && is_read_only();
    errno = refused ? EROFS : before;
    return refused;
}

static int refuses(int fd) {
    int before = errno;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long bytes = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    path[bytes < 0 ? 0 : bytes] = 0;
    errno = before;
    return refuses_path(path);
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name);

#define OPEN(name) \
    int name(const char *path, int how, ...) { \
        REAL(int, name, const char *, int, ...) \
        va_list rest; \
        va_start(rest, how); \
        mode_t mode = (how & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        if ((how & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) && refuses_path(path)) return -1; \
        return real(path, how, mode); \
    }
OPEN(open)
OPEN(open64)

ssize_t write(int fd, const void *bytes, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t)
    return refuses(fd) ? -1 : real(fd, bytes, count);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int)
    return refuses(fd) ? -1 : real(fd, parts, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t)
    return refuses(fd) ? -1 : real(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t)
    return refuses(fd) ? -1 : real(fd, bytes, count, at);
}

int ftruncate(int fd, off_t bytes) {
    REAL(int, ftruncate, int, off_t)
    return refuses(fd) ? -1 : real(fd, bytes);
}

int ftruncate64(int fd, off64_t bytes) {
    REAL(int, ftruncate64, int, off64_t)
    return refuses(fd) ? -1 : real(fd, bytes);
}

int rename(const char *from, const char *to) {
    REAL(int, rename, const char *, const char *)
    return refuses_path(to) ? -1 : real(from, to);
}

int unlink(const char *path) {
    REAL(int, unlink, const char *)
    return refuses_path(path) ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, mkdir, const char *, mode_t)
    return refuses_path(path) ? -1 : real(path, mode);
}
