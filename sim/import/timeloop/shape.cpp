#include "sim/import/timeloop/shape.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/fields.h"
#include "sim/config/text.h"
#include "sim/import/timeloop/data_space.h"
#include "sim/import/timeloop/keys.h"

namespace systole {
namespace {

/// The shapes that come with Timeloop, by name.
constexpr const char* kCnnLayer = R"({
dimensions: [R, S, P, Q, C, K, N],
coefficients: [{name: Wstride, default: 1}, {name: Hstride, default: 1}, {name: Wdilation, default: 1},
  {name: Hdilation, default: 1}],
data_spaces: [{name: Weights, projection: [[[C]], [[K]], [[R]], [[S]]]},
  {name: Inputs, projection: [[[N]], [[C]], [[R, Wdilation], [P, Wstride]], [[S, Hdilation], [Q, Hstride]]]},
  {name: Outputs, projection: [[[N]], [[K]], [[Q]], [[P]]], read_write: true}]})";
constexpr const char* kGemm = R"({
dimensions: [M, N, K],
data_spaces: [{name: A, projection: [[[M]], [[K]]]}, {name: B, projection: [[[N]], [[K]]]},
  {name: Z, projection: [[[M]], [[N]]], read_write: true}]})";

YamlNode shipped_shape(const YamlNode& name) {
  std::string word = name.text;
  std::replace(word.begin(), word.end(), '-', '_');
  Where where = name.where;
  where.line = 0;
  if (word == "cnn_layer") return parse_yaml(kCnnLayer, where);
  if (word == "gemm_ABZ") return parse_yaml(kGemm, where);
  fail_at(name.where, fmt::format("shape: got {}, legal: a map, cnn_layer, gemm_ABZ", name.described()));
}

std::vector<std::string> read_names(const YamlNode& list, const char* what) {
  std::vector<std::string> names;
  for (const YamlNode& item : items_of(list, what)) {
    if (item.kind != YamlNode::Kind::scalar || !is_file_name(item.text)) {
      fail_at(item.where, fmt::format("{}: got {}, legal: a name of letters, digits and _ - . +, up to 100",
                                      what, item.described()));
    }
    if (std::find(names.begin(), names.end(), item.text) != names.end())
      fail_at(item.where, fmt::format("{}: {} a second time", what, quoted(item.text)));
    names.push_back(item.text);
  }
  return names;
}

void read_coefficients(const YamlNode& shape, ProblemShape& out) {
  const YamlNode* list = shape.find("coefficients");
  if (list == nullptr) return;
  for (const YamlNode& item : items_of(*list, "coefficients")) {
    check_keys(item, {"name", "default"});
    out.coefficients.emplace_back(need_key(item, "name").text, need_key(item, "default"));
  }
}

/// Input, weight and output of a problem.
struct Operands {
  const DataSpace *input, *weight, *output;
};

bool is_weight(const DataSpace& space) {
  return space.name.rfind("Weight", 0) == 0 || space.name.rfind("Filter", 0) == 0 || space.name == "B";
}

Operands operands_of(const YamlNode& list, const std::vector<DataSpace>& spaces, std::vector<Note>& notes) {
  const DataSpace* output = nullptr;
  std::vector<const DataSpace*> read;
  for (const DataSpace& space : spaces) {
    if (!space.is_written) {
      read.push_back(&space);
    } else if (output == nullptr) {
      output = &space;
    } else {
      read.clear();
      break;
    }
  }
  if (output == nullptr || read.size() != 2)
    fail_at(list.where, "data_spaces: legal: two that are read, and one with read_write: true");
  size_t input = is_weight(*read[0]) ? 1 : 0;
  for (size_t i = 0; i < 2; ++i) {
    if (read[i]->has_window()) input = i;
  }
  notes.push_back({0, fmt::format("{} is the input, {} the weight, {} the output", quoted(read[input]->name),
                                  quoted(read[1 - input]->name), quoted(output->name))});
  return {read[input], read[1 - input], output};
}

/// Dimensions in none but plain ranks.
void require_plain(const DataSpace& space) {
  if (space.has_window())
    fail_at(space.where,
            fmt::format("{}: a sum of dimensions, legal: in the input only", quoted(space.name)));
}

constexpr const char* kLegalSum =
    "a sum that is no window, legal: a dimension of the output and one of the weight, or the former alone";

Role role_of(const std::string& name, const Operands& operands, const Where& where) {
  const bool in_input = operands.input->has_plain(name), in_sum = operands.input->has_summed(name);
  const bool in_weight = operands.weight->has_plain(name), in_output = operands.output->has_plain(name);
  if (in_sum && in_weight != in_output) return in_weight ? Role::tap : Role::pixel;
  if (!in_sum && in_input && in_weight && in_output) return Role::group;
  if (!in_sum && in_input && in_output) return Role::image;
  if (!in_sum && in_weight && in_output) return Role::filter;
  if (!in_sum && in_input && in_weight) return Role::channel;
  fail_at(where,
          fmt::format("dimension {}: no dimension of a convolution or a matrix product, legal: one that two "
                      "or three of the data spaces have",
                      quoted(name)));
}

WindowAxis axis_of(const Rank& rank, const ProblemShape& shape) {
  WindowAxis axis;
  for (const Term& term : rank.terms) {
    const auto found =
        std::find_if(shape.dimensions.begin(), shape.dimensions.end(),
                     [&](const Dimension& dimension) { return dimension.name == term.dimension; });
    const bool is_pixel = found->role == Role::pixel;
    std::string& dimension = is_pixel ? axis.pixel : axis.tap;
    if (!dimension.empty()) fail_at(rank.where, kLegalSum);
    dimension = term.dimension;
    (is_pixel ? axis.stride : axis.dilation) = term.coefficient;
  }
  if (axis.pixel.empty()) fail_at(rank.where, kLegalSum);
  return axis;
}

}  // namespace

std::vector<std::string> ProblemShape::names_of(Role role) const {
  std::vector<std::string> names;
  for (const Dimension& dimension : dimensions) {
    if (dimension.role == role) names.push_back(dimension.name);
  }
  return names;
}

ProblemShape read_shape(const YamlNode& given, std::vector<Note>& notes) {
  const YamlNode shape = given.kind == YamlNode::Kind::map ? given : shipped_shape(given);
  check_keys(shape, {"name", "dimensions", "coefficients", "data-spaces", "data_spaces"});
  const YamlNode* list = find_either(shape, "data-spaces", "data_spaces");
  if (list == nullptr) fail_at(shape.where, "no key 'data_spaces', it is required");
  ProblemShape out;
  read_coefficients(shape, out);
  const YamlNode& dimensions = need_key(shape, "dimensions");
  const std::vector<std::string> names = read_names(dimensions, "dimensions");
  std::vector<DataSpace> spaces;
  for (const YamlNode& item : items_of(*list, "data_spaces")) spaces.push_back(read_data_space(item, names));
  const Operands operands = operands_of(*list, spaces, notes);
  require_plain(*operands.weight);
  require_plain(*operands.output);
  for (const std::string& name : names)
    out.dimensions.push_back({name, role_of(name, operands, dimensions.where)});
  for (const Rank& rank : operands.input->ranks) {
    if (!rank.is_plain()) out.axes.push_back(axis_of(rank, out));
  }
  if (out.axes.size() > 2)
    fail_at(operands.input->where, fmt::format("a convolution of {} axes, legal: up to 2", out.axes.size()));
  return out;
}

}  // namespace systole
