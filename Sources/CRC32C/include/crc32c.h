#ifndef CRC32C_H
#define CRC32C_H

#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, as in RFC 3720 B.4) of `count` bytes that follow those whose CRC is `crc`; start with 0.
///
/// Uses the processor's instruction where there is one.
uint32_t crc32c_update(uint32_t crc, const void *bytes, size_t count);

/// The same without the instruction, so that a test can compare both.
uint32_t crc32c_update_portable(uint32_t crc, const void *bytes, size_t count);

#endif
