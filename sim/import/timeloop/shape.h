#pragma once
#include <string>
#include <vector>

#include "sim/config/yaml_tree.h"
#include "sim/import/imported.h"

namespace systole {

/// A dimension of a Timeloop problem by what it does in a product of an input and a weight:
enum class Role {
  group,    ///< indexes input, weight and output
  image,    ///< input and output
  filter,   ///< weight and output
  channel,  ///< input and weight
  pixel,    ///< output, and the input together with a tap
  tap,      ///< weight, and the input together with a pixel
};

struct Dimension {
  std::string name;
  Role role = Role::group;
};

/// An axis of the input: stride * pixel + dilation * tap. Coefficients are names; "" is 1.
struct WindowAxis {
  std::string pixel, stride, tap, dilation;
};

/// The shape of a problem, as far as it is a convolution or a matrix product.
struct ProblemShape {
  std::vector<Dimension> dimensions;  ///< in the order of the file
  std::vector<WindowAxis> axes;       ///< in the order of the input's projection; none: a matrix product
  /// Coefficients with their defaults.
  std::vector<std::pair<std::string, YamlNode>> coefficients;

  std::vector<std::string> names_of(Role role) const;
};

/// Reads `shape`, a map or the name of one that comes with Timeloop. Throws UserError where it is no
/// convolution of up to two axes and no matrix product.
ProblemShape read_shape(const YamlNode& shape, std::vector<Note>& notes);

}  // namespace systole
