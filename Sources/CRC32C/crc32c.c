#include "crc32c.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__linux__)
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

/// The instruction takes three cycles, and three of them run side by side: long inputs are read in three lanes, first long
/// ones, then short ones.
enum { long_lane = 336, short_lane = 104 };

/// What moves the remainder of a lane behind two more of them, and behind one: x^(16 lane - 33) and x^(8 lane - 33), as the
/// instruction itself adds 32 and the product of two remainders 1 (Gopal and others, "Fast CRC Computation for iSCSI
/// Polynomial Using CRC32 Instruction", 2011).
struct moves {
    uint32_t behind_two, behind_one;
};
static const struct moves long_moves = {0xcec3662e, 0xa60ce07b}, short_moves = {0x2162d385, 0xc49f4f67};

__attribute__((target("sse4.2,pclmul"), always_inline))
static inline uint32_t update_lanes(uint32_t crc, const uint8_t *next, size_t lane, struct moves moves) {
    uint64_t first = crc, second = 0, third = 0;
    for (size_t offset = 0; offset < lane; offset += 8) {
        uint64_t words[3];
        memcpy(&words[0], next + offset, 8);
        memcpy(&words[1], next + lane + offset, 8);
        memcpy(&words[2], next + 2 * lane + offset, 8);
        first = __builtin_ia32_crc32di(first, words[0]);
        second = __builtin_ia32_crc32di(second, words[1]);
        third = __builtin_ia32_crc32di(third, words[2]);
    }
    __m128i moved = _mm_xor_si128(
        _mm_clmulepi64_si128(_mm_cvtsi64_si128(first), _mm_cvtsi64_si128(moves.behind_two), 0),
        _mm_clmulepi64_si128(_mm_cvtsi64_si128(second), _mm_cvtsi64_si128(moves.behind_one), 0));
    return (uint32_t)(third ^ __builtin_ia32_crc32di(0, _mm_cvtsi128_si64(moved)));
}

/// Takes as many lanes as there are of an input, and moves behind them.
__attribute__((target("sse4.2,pclmul")))
static uint32_t update_in_lanes(uint32_t crc, const uint8_t **next, size_t *count) {
    for (; *count >= 3 * long_lane; *count -= 3 * long_lane, *next += 3 * long_lane)
        crc = update_lanes(crc, *next, long_lane, long_moves);
    for (; *count >= 3 * short_lane; *count -= 3 * short_lane, *next += 3 * short_lane)
        crc = update_lanes(crc, *next, short_lane, short_moves);
    return crc;
}

__attribute__((target("sse4.2")))
static uint32_t update_with_instruction(uint32_t crc, const uint8_t *next, size_t count) {
    crc = ~crc;
    if (count >= 3 * short_lane && __builtin_cpu_supports("pclmul")) crc = update_in_lanes(crc, &next, &count);
    uint64_t wide = crc;
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
