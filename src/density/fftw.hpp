// SPDX-License-Identifier: MPL-2.0
// FFTW plans and memory in either precision, owned. Plans are estimated, so that they never depend
// on timing.
#pragma once

#include <fftw3.h>

#include <complex>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>

namespace polyform::density {

template <class Real>
struct Fftw;

template <>
struct Fftw<float> {
  using Plan = fftwf_plan;
  using Complex = fftwf_complex;
  static constexpr auto many_r2c = fftwf_plan_many_dft_r2c;
  static constexpr auto many_c2r = fftwf_plan_many_dft_c2r;
  static constexpr auto many = fftwf_plan_many_dft;
  static constexpr auto execute = fftwf_execute;
  static constexpr auto execute_dft = fftwf_execute_dft;
  static constexpr auto execute_r2c = fftwf_execute_dft_r2c;
  static constexpr auto execute_c2r = fftwf_execute_dft_c2r;
  static constexpr auto destroy = fftwf_destroy_plan;
};
template <>
struct Fftw<double> {
  using Plan = fftw_plan;
  using Complex = fftw_complex;
  static constexpr auto many_r2c = fftw_plan_many_dft_r2c;
  static constexpr auto many_c2r = fftw_plan_many_dft_c2r;
  static constexpr auto many = fftw_plan_many_dft;
  static constexpr auto execute = fftw_execute;
  static constexpr auto execute_dft = fftw_execute_dft;
  static constexpr auto execute_r2c = fftw_execute_dft_r2c;
  static constexpr auto execute_c2r = fftw_execute_dft_c2r;
  static constexpr auto destroy = fftw_destroy_plan;
};

/// n zeros, aligned for vectors.
template <class T>
class AlignedArray {
 public:
  AlignedArray() = default;
  explicit AlignedArray(std::size_t n)
      : size_(n), data_(static_cast<T*>(fftw_malloc(n * sizeof(T) + 64))) {
    if (data_ == nullptr) throw std::bad_alloc();
    clear();
  }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  T& operator[](std::size_t i) { return data_.get()[i]; }
  std::size_t size() const { return size_; }
  void clear() {
    if (size_ > 0) std::memset(static_cast<void*>(data_.get()), 0, size_ * sizeof(T));
  }

 private:
  struct Free {
    void operator()(T* p) const { fftw_free(p); }
  };
  std::size_t size_ = 0;
  std::unique_ptr<T, Free> data_;
};

/// FFTW's view of std::complex, which has the same layout.
template <class Real>
typename Fftw<Real>::Complex* fftw_cast(std::complex<Real>* p) {
  return reinterpret_cast<typename Fftw<Real>::Complex*>(p);
}

template <class Real>
class Plan {
 public:
  using Handle = typename Fftw<Real>::Plan;
  Plan() = default;
  explicit Plan(Handle handle) : handle_(handle) {}
  void run() const {
    if (handle_) Fftw<Real>::execute(handle_.get());
  }
  /// Transforms of other arrays, aligned like those it was planned for.
  void run(std::complex<Real>* in, std::complex<Real>* out) const {
    Fftw<Real>::execute_dft(handle_.get(), fftw_cast(in), fftw_cast(out));
  }
  void run(Real* in, std::complex<Real>* out) const {
    Fftw<Real>::execute_r2c(handle_.get(), in, fftw_cast(out));
  }
  void run(std::complex<Real>* in, Real* out) const {
    Fftw<Real>::execute_c2r(handle_.get(), fftw_cast(in), out);
  }

 private:
  struct Destroy {
    void operator()(Handle h) const { Fftw<Real>::destroy(h); }
  };
  std::unique_ptr<std::remove_pointer_t<Handle>, Destroy> handle_;
};

}  // namespace polyform::density
