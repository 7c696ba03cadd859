#include "plain_dram.h"

#include <algorithm>

#include "plain_dram_channel.h"

namespace systole {

TraceResult play_trace_plainly(const BankedParams& params, const std::vector<TraceRequest>& trace,
                               uint64_t max_outstanding) {
  const DramGeometry& g = params.geometry;
  const uint64_t burst_bytes = uint64_t{g.bus_bits} / 8 * g.burst_beats;
  std::vector<PlainChannel> channels(g.channels, PlainChannel(params));
  const auto any_busy = [&] {
    return std::any_of(channels.begin(), channels.end(), [](const PlainChannel& c) { return c.busy(); });
  };
  for (PlainChannel& channel : channels) channel.step(0);
  TraceResult result;
  size_t sent = 0, answered = 0;
  for (Cycle now = 1; sent < trace.size() || any_busy() || now < result.cycles; ++now) {
    for (PlainChannel& channel : channels) answered += channel.answered(now);
    for (uint32_t slot = 0; slot < channels.size() && sent < trace.size() && trace[sent].cycle < now;
         ++slot) {
      if (max_outstanding != 0 && sent - answered >= max_outstanding) break;
      const uint64_t burst = trace[sent].address / burst_bytes;
      const PlainPlace at = plain_place(burst, params.address_map, g);
      const auto bank = static_cast<uint32_t>((at.rank * g.bank_groups + at.group) * g.banks + at.bank);
      if (!channels[at.channel].can_accept(trace[sent].write)) break;
      channels[at.channel].accept({burst, bank, static_cast<uint32_t>(at.row), trace[sent].write, now}, now);
      ++sent;
    }
    for (PlainChannel& channel : channels) {
      if (sent == trace.size()) channel.flush();
      channel.step(now);
      result.cycles = std::max(result.cycles, channel.end());
    }
  }
  for (PlainChannel& channel : channels) {
    result.channels.push_back(channel.finish(result.cycles));
    result.total.add(result.channels.back());
  }
  return result;
}

}  // namespace systole
