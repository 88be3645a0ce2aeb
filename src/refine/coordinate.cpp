// SPDX-License-Identifier: MPL-2.0
// The coordinator's work, and its end.
#include "polyform/refine/coordinate.hpp"

#include <new>

namespace polyform::refine {
namespace {

[[noreturn]] void fail(Ensemble& ensemble, const std::string& message, base::ExitCode code) {
  ensemble.fail(message, code);
  throw parallel::AgreedError(message, code);
}

}  // namespace

void coordinate(const parallel::Communicator& world, Ensemble& ensemble,
                const std::function<void()>& work) {
  if (!world.is_root()) return ensemble.serve();
  try {
    work();
  } catch (const parallel::AgreedError&) {
    throw;  // the others have thrown it, too
  } catch (const base::Error& error) {
    fail(ensemble, error.what(), error.code());
  } catch (const std::bad_alloc&) {
    fail(ensemble, "out of memory", base::ExitCode::failure);
  } catch (const std::exception& error) {
    fail(ensemble, error.what(), base::ExitCode::failure);
  }
  ensemble.finish();
}

}  // namespace polyform::refine
