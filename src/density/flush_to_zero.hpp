// SPDX-License-Identifier: MPL-2.0
// While it lives, results too small for a normal number are 0, so that tails of Gaussians cost no
// time.
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace polyform::density {

#if defined(__SSE2__)
class FlushToZero {
 public:
  FlushToZero() : before_(_mm_getcsr()) {
    _mm_setcsr(before_ | flush_to_zero | denormals_are_zero);
  }
  ~FlushToZero() { _mm_setcsr(before_); }
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

 private:
  static constexpr unsigned flush_to_zero = 0x8000, denormals_are_zero = 0x0040;
  unsigned before_;
};
#else
class FlushToZero {
 public:
  FlushToZero() {}
};
#endif

}  // namespace polyform::density
