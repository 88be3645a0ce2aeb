// SPDX-License-Identifier: MPL-2.0
// Which data belong to which model.
#pragma once

#include <string>
#include <vector>

namespace polyform::app {

/// A file as far as matching goes.
struct NamedFile {
  std::string path;
  std::string crystal;  ///< space group and cell, for messages
};

/// For each model the number of its data, each once. fits[m][d]: the data's crystal can be that of
/// the model. Of several that fit, the one with the model's own file name, else the only one in the
/// model's folder, else the one at the model's place in the order given. Throws UsageError where
/// their numbers differ, a file is there twice, or a model finds none.
std::vector<std::size_t> match_files(const std::vector<NamedFile>& models,
                                     const std::vector<NamedFile>& data,
                                     const std::vector<std::vector<bool>>& fits);

/// A name for each form: of the model's file; where several have one, that of its folder, and a
/// number where that does not help.
std::vector<std::string> form_names(const std::vector<NamedFile>& models);

}  // namespace polyform::app
