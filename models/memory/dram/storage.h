#pragma once
#include <cstdint>
#include <tlm>

namespace systole {

/// How many bytes of the payload its byte enables let through.
uint64_t enabled_bytes(const tlm::tlm_generic_payload& payload);

/// Reads or writes what the payload asks for in the `size` bytes at `bytes`, and sets its response status.
/// False where it reaches beyond them.
bool access_storage(tlm::tlm_generic_payload& payload, uint8_t* bytes, uint64_t size);

}  // namespace systole
