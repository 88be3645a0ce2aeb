// SPDX-License-Identifier: MPL-2.0
// Messages and near names.
#include "polyform/base/text.hpp"

#include "support/catch.hpp"

using polyform::base::format;
using polyform::base::nearest;

TEST_CASE("format() writes as printf does, at any length") {
  CHECK(format("%s has %d atoms", "chain A", 12) == "chain A has 12 atoms");
  CHECK(format("%.3f %5.1f %%", 1.23456, 2.0) == "1.235   2.0 %");
  CHECK(format("%s", "").empty());
  const std::string text(5000, 'x');
  CHECK(format("<%s>", text.c_str()) == "<" + text + ">");
}

TEST_CASE("The nearest name is found for a slip, and none for another word") {
  const std::vector<std::string> names = {"shells", "scale", "solvent", "target"};
  CHECK(nearest("shels", names) == "shells");
  CHECK(nearest("sclae", names) == "scale");
  CHECK(nearest("targets", names) == "target");
  CHECK(nearest("temperature", names).empty());
  CHECK(nearest("shells", names) == "shells");
  CHECK(nearest("", names).empty());
  CHECK(nearest("x", {}).empty());
}
