#include "crc32c.h"

#include <string.h>

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

/// The CRC of each value of four bits: small enough to stay in one cache line, and rarely needed.
static const uint32_t remainders[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

uint32_t crc32c_update_portable(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    crc = ~crc;
    for (; count > 0; count--, next++) {
        crc ^= *next;
        crc = (crc >> 4) ^ remainders[crc & 15];
        crc = (crc >> 4) ^ remainders[crc & 15];
    }
    return ~crc;
}

#if defined(__x86_64__)

__attribute__((target("sse4.2")))
static uint32_t update_with_instruction(uint32_t crc, const uint8_t *next, size_t count) {
    uint64_t wide = (uint32_t)~crc;
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    crc = (uint32_t)wide;
    for (; count > 0; count--, next++) crc = __builtin_ia32_crc32qi(crc, *next);
    return ~crc;
}

static int has_instruction(void) {
    return __builtin_cpu_supports("sse4.2");
}

#elif defined(__aarch64__) && defined(__linux__)

__attribute__((target("crc")))
static uint32_t update_with_instruction(uint32_t crc, const uint8_t *next, size_t count) {
    crc = ~crc;
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        crc = __builtin_arm_crc32cd(crc, word);
    }
    for (; count > 0; count--, next++) crc = __builtin_arm_crc32cb(crc, *next);
    return ~crc;
}

static int has_instruction(void) {
    return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
}

#else

static uint32_t update_with_instruction(uint32_t crc, const uint8_t *next, size_t count) {
    return crc32c_update_portable(crc, next, count);
}

static int has_instruction(void) {
    return 0;
}

#endif

uint32_t crc32c_update(uint32_t crc, const void *bytes, size_t count) {
    return has_instruction() ? update_with_instruction(crc, bytes, count) : crc32c_update_portable(crc, bytes, count);
}
