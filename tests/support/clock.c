/* Another clock for one program, preloaded into it: its wall clock is off, and the kernel says of it what a test wants.
   Both stand in the file that LOA_TEST_CLOCK names, as two numbers of 64 bits: nanoseconds, and whether a time source
   keeps the clock. The steady clocks stay as they are. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

struct wanted {
    int64_t off_ns;
    int64_t synchronised;
};

static volatile struct wanted *wanted;

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("LOA_TEST_CLOCK");
    int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) {
        return;
    }
    void *map = mmap(0, sizeof(struct wanted), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    wanted = map == MAP_FAILED ? 0 : map;
}

int clock_gettime(clockid_t id, struct timespec *time) {
    int answer = (int)syscall(SYS_clock_gettime, id, time);
    if (answer == 0 && id == CLOCK_REALTIME && wanted) {
        int64_t ns = (int64_t)time->tv_sec * 1000000000 + time->tv_nsec + wanted->off_ns;
        time->tv_sec = ns / 1000000000;
        time->tv_nsec = ns % 1000000000;
        if (time->tv_nsec < 0) {
            time->tv_sec -= 1;
            time->tv_nsec += 1000000000;
        }
    }
    return answer;
}

int adjtimex(struct timex *timex) {
    int answer = (int)syscall(SYS_adjtimex, timex);
    if (answer < 0 || !wanted) {
        return answer;
    }
    if (wanted->synchronised) {
        timex->status = STA_PLL | STA_NANO;
        timex->offset = 7000000;
        return TIME_OK;
    }
    timex->status = STA_UNSYNC;
    return TIME_ERROR;
}
