// SPDX-License-Identifier: MPL-2.0
// Eight numbers side by side, in the compiler's vector types, and the exponential of them.
//
// The functions are always inlined, so that they take the instruction set of the function that
// calls them.
#pragma once

#include <cstdint>
#include <cstring>

#define POLYFORM_INLINE [[gnu::always_inline]] inline

namespace polyform::kernels {

inline constexpr int n_lanes = 8;

template <class Real>
struct LaneTypes;
template <>
struct LaneTypes<float> {
  using Integer = std::int32_t;
  typedef float Vector __attribute__((vector_size(32)));
  typedef std::int32_t Integers __attribute__((vector_size(32)));
  static constexpr float round = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  static constexpr int mantissa = 23;
  static constexpr int terms = 6;  // of the exponential series: 0.35^7 / 7! = 1.3e-7
};
template <>
struct LaneTypes<double> {
  using Integer = std::int64_t;
  typedef double Vector __attribute__((vector_size(64)));
  typedef std::int64_t Integers __attribute__((vector_size(64)));
  static constexpr double round = 6755399441055744.0;  // 1.5 * 2^52
  static constexpr int mantissa = 52;
  static constexpr int terms = 13;  // 0.35^14 / 14! = 5e-18
};

template <class Real>
using Lanes = typename LaneTypes<Real>::Vector;

template <class Real>
POLYFORM_INLINE void load(const Real* from, Lanes<Real>& v) {
  std::memcpy(&v, from, sizeof v);
}
template <class Real>
POLYFORM_INLINE void store(const Lanes<Real>& v, Real* to) {
  std::memcpy(to, &v, sizeof v);
}
/// first, first + 1, ...
template <class Real>
POLYFORM_INLINE void count_from(Real first, Lanes<Real>& v) {
  v = Lanes<Real>{0, 1, 2, 3, 4, 5, 6, 7} + first;
}
template <class Real>
POLYFORM_INLINE Real sum(const Lanes<Real>& v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/// v = exp(v) for v of moderate size (|v| < 80 for float, < 700 for double): 2^n exp(r), |r| <= ln
/// 2 / 2, by the exponential series.
template <class Real>
POLYFORM_INLINE void exponential(Lanes<Real>& v) {
  using T = LaneTypes<Real>;
  constexpr Real log2_e = Real(1.4426950408889634074);
  // ln 2 in two parts, so that n * ln2_high is exact.
  constexpr Real ln2_high = sizeof(Real) == 4 ? Real(0.693359375) : Real(0.693145751953125);
  constexpr Real ln2_low =
      sizeof(Real) == 4 ? Real(-2.12194440054690583e-4) : Real(1.42860682030941723212e-6);
  Lanes<Real> shifted = v * log2_e + T::round;
  const Lanes<Real> n = shifted - T::round;
  const Lanes<Real> r = (v - n * ln2_high) - n * ln2_low;
  Lanes<Real> series = r * 0 + 1;
  for (int k = T::terms; k > 0; --k) series = 1 + series * r * (Real(1) / Real(k));
  typename T::Integers bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  typename T::Integers value;
  std::memcpy(&value, &series, sizeof value);
  value += bits << T::mantissa;
  std::memcpy(&v, &value, sizeof v);
}

}  // namespace polyform::kernels
