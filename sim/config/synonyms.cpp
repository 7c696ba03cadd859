#include "sim/config/synonyms.h"

#include <algorithm>
#include <cctype>

namespace systole {
namespace {

struct Meaning {
  std::vector<std::string> keys;   ///< ours
  std::vector<const char*> words;  ///< of others, in small letters without underscores
};

/// Several meanings of a word apply to different kinds of maps.
const std::vector<Meaning>& meanings() {
  static const std::vector<Meaning> all = {
      {{"M"},
       {"k", "f", "oc", "co", "cout", "outchannels", "outputchannels", "filters", "numfilters", "numoutput",
        "outfeatures", "outputs", "units"}},
      {{"C"}, {"ic", "ci", "cin", "inchannels", "inputchannels", "channels", "infeatures", "inputs"}},
      {{"N"}, {"b", "batch", "batchsize"}},
      {{"H"}, {"ih", "hi", "hin", "height", "inputheight", "inputh"}},
      {{"W"}, {"iw", "wi", "win", "width", "inputwidth", "inputw"}},
      {{"R"}, {"kh", "fh", "kernelh", "kernelheight", "filterh", "filterheight"}},
      {{"S"}, {"kw", "fw", "kernelw", "kernelwidth", "filterw", "filterwidth"}},
      {{"R", "S"}, {"kernel", "kernelsize", "kernelshape", "filtersize", "ksize"}},
      {{"pad"}, {"padding", "paddings", "p"}},
      {{"stride"}, {"step", "u"}},
      {{"dilation"}, {"dilate", "dilationrate", "d"}},
      {{"groups"}, {"g", "ngroups", "numgroups"}},
      {{"batch"}, {"n", "b", "batchsize"}},
      {{"activation"}, {"act", "nonlinearity", "activationfunction"}},
      {{"type"}, {"kind", "op", "optype"}},
      {{"format"}, {"dtype", "datatype", "precision"}},
      {{"repeat"}, {"count", "times"}},
      {{"cols"}, {"columns", "width", "w"}},
      {{"rows"}, {"height", "h"}},
      {{"clock_mhz"}, {"clock", "clk", "freq", "freqmhz", "frequency", "frequencymhz"}},
      {{"gbps"}, {"bandwidth", "bandwidthgbps", "bw"}},
      {{"latency_ns"}, {"latency"}},
      {{"buffers"}, {"sram", "srams"}},
      {{"size"}, {"capacity", "bytes", "kb"}},
  };
  return all;
}

}  // namespace

std::vector<std::string> synonyms_of(const std::string& word, const std::vector<std::string>& legal) {
  std::string plain;
  for (unsigned char c : word) {
    if (c != '_' && c != '-') plain += static_cast<char>(std::tolower(c));
  }
  const auto is_legal = [&legal](const std::string& key) {
    return std::find(legal.begin(), legal.end(), key) != legal.end();
  };
  for (const auto& [keys, words] : meanings()) {
    const bool is_meant = std::find(words.begin(), words.end(), plain) != words.end();
    if (is_meant && std::all_of(keys.begin(), keys.end(), is_legal)) return keys;
  }
  return {};
}

}  // namespace systole
