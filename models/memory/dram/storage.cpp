#include "models/memory/dram/storage.h"

#include <algorithm>
#include <cstring>

namespace systole {
namespace {

/// Calls `visit(first, end)` for each run of bytes of the payload that its byte enables let through.
template <class Visit>
void each_run(const tlm::tlm_generic_payload& payload, const Visit& visit) {
  const uint64_t length = payload.get_data_length();
  const uint8_t* enables = payload.get_byte_enable_ptr();
  if (enables == nullptr) return visit(uint64_t{0}, length);
  const uint64_t period = payload.get_byte_enable_length();
  for (uint64_t from = 0; from < length; from += period) {
    const uint64_t bytes = std::min(period, length - from);
    const auto next = [&](uint64_t at, int value) -> uint64_t {
      const void* found = std::memchr(enables + at, value, bytes - at);
      return found == nullptr ? bytes : static_cast<uint64_t>(static_cast<const uint8_t*>(found) - enables);
    };
    for (uint64_t at = next(0, TLM_BYTE_ENABLED); at < bytes;) {
      const uint64_t end = next(at, TLM_BYTE_DISABLED);
      visit(from + at, from + end);
      at = next(end, TLM_BYTE_ENABLED);
    }
  }
}

}  // namespace

uint64_t enabled_bytes(const tlm::tlm_generic_payload& payload) {
  uint64_t bytes = 0;
  each_run(payload, [&](uint64_t first, uint64_t end) { bytes += end - first; });
  return bytes;
}

bool access_storage(tlm::tlm_generic_payload& payload, uint8_t* bytes, uint64_t size) {
  const uint64_t address = payload.get_address(), length = payload.get_data_length();
  if (address > size || length > size - address) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return false;
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  uint8_t *const memory = bytes + address, *const data = payload.get_data_ptr();
  const uint8_t* from = payload.is_read() ? memory : data;
  uint8_t* to = payload.is_read() ? data : memory;
  each_run(payload,
           [=](uint64_t first, uint64_t end) { std::memcpy(to + first, from + first, end - first); });
  return true;
}

}  // namespace systole
