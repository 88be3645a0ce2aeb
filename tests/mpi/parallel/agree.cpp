// SPDX-License-Identifier: MPL-2.0
// No rank fails alone.
#include <new>

#include "polyform/parallel/communicator.hpp"
#include "support/catch.hpp"
#include "support/session.hpp"

using namespace polyform;

namespace {

// What agree() throws here after `step`; "" and -1 when it throws nothing.
struct Thrown {
  std::string message;
  int code = -1;
};
template <class Step>
Thrown thrown_by(Step step) {
  try {
    test::world().agree(step);
  } catch (const parallel::AgreedError& error) {
    return {error.what(), static_cast<int>(error.code())};
  }
  return {};
}

}  // namespace

TEST_CASE("Nothing is thrown where all ranks succeed") {
  int ran = 0;
  CHECK(thrown_by([&] { ++ran; }).code == -1);
  CHECK(ran == 1);
}

TEST_CASE("When one rank throws, every rank throws its message and exit code") {
  const int culprit = GENERATE(0, 1, 4) % test::world().size();
  const Thrown thrown = thrown_by([&] {
    if (test::world().rank() == culprit)
      throw base::InputError("model.pdb: atom 7 on rank " + std::to_string(culprit));
  });
  CHECK(thrown.message == "model.pdb: atom 7 on rank " + std::to_string(culprit));
  CHECK(thrown.code == static_cast<int>(base::ExitCode::input));
}

TEST_CASE("When several ranks throw, the lowest speaks for all") {
  const Thrown thrown = thrown_by([&] {
    if (test::world().rank() == test::world().size() - 1) throw base::UsageError("the last");
    if (test::world().rank() > 0) throw base::OutputError("in between");
  });
  if (test::world().size() == 1 || test::world().size() == 2)
    CHECK(thrown.message == "the last");
  else
    CHECK(thrown.message == "in between");
}

TEST_CASE("Errors of the library and of memory are agreed upon, too") {
  const int last = test::world().size() - 1;
  const auto on_last = [&](auto error) {
    return thrown_by([&] {
      if (test::world().rank() == last) throw error;
    });
  };
  CHECK(on_last(std::runtime_error("gemmi said no")).message == "gemmi said no");
  CHECK(on_last(std::bad_alloc()).message == "out of memory");
  CHECK(on_last(std::runtime_error("")).code == static_cast<int>(base::ExitCode::failure));
  CHECK(on_last(base::Error("of no code", base::ExitCode::success)).message == "of no code");
}

TEST_CASE("After an agreed error the ranks still work together") {
  thrown_by([] { throw base::Error("all of them"); });
  CHECK(test::world().sum(1L) == test::world().size());
}

TEST_CASE("A team agrees by itself while others go on") {
  const parallel::Communicator team = test::world().split(test::world().rank() % 2);
  bool threw = false;
  try {
    team.agree([&] {
      if (test::world().rank() % 2 == 1) throw base::Error("odd ranks");
    });
  } catch (const base::Error& error) {
    threw = true;
    CHECK(std::string(error.what()) == "odd ranks");
  }
  CHECK(threw == (test::world().rank() % 2 == 1));
}
