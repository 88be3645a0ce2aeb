// SPDX-License-Identifier: MPL-2.0
// Values packed one after another to travel between ranks.
#pragma once

#include <cstddef>
#include <cstring>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include "polyform/base/error.hpp"

namespace polyform::parallel {

/// Writes values in order, then reads them back in the same order; reading more than was written
/// throws base::Error. The same `travel(packet)` member
/// of a struct serves both directions:
///
///     void travel(Packet& p) { p(name)(xyz)(bonds); }
class Packet {
 public:
  bool writing() const { return writing_; }
  void start_reading() {
    writing_ = false;
    at_ = 0;
  }
  std::vector<std::byte>& bytes() { return bytes_; }

  /// Trivially copyable values, strings, structs with travel(), and vectors and maps of them.
  template <class T>
  Packet& operator()(T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      sized(value);
    } else if constexpr (is_vector<T>::value) {
      if constexpr (std::is_trivially_copyable_v<typename T::value_type> &&
                    !std::is_same_v<typename T::value_type, bool>) {
        sized(value);
      } else {
        std::size_t n = value.size();
        raw(&n, sizeof n);
        check_room(n, 1);
        value.resize(n);
        for (auto& element : value) (*this)(element);
      }
    } else if constexpr (is_map<T>::value) {
      entries(value);
    } else if constexpr (requires { value.travel(*this); }) {
      value.travel(*this);
    } else {
      // Bytes say everything about the value (Eigen's fixed matrices are not quite trivial).
      static_assert(std::is_trivially_destructible_v<T> && !std::is_pointer_v<T>);
      raw(&value, sizeof value);
    }
    return *this;
  }

 private:
  template <class T>
  struct is_vector : std::false_type {};
  template <class T>
  struct is_vector<std::vector<T>> : std::true_type {};
  template <class T>
  struct is_map : std::false_type {};
  template <class Key, class T>
  struct is_map<std::map<Key, T>> : std::true_type {};

  // The number of entries, then key and value of each in the order of the keys.
  template <class Map>
  void entries(Map& map) {
    std::size_t n = map.size();
    raw(&n, sizeof n);
    if (writing_) {
      for (auto& [key, value] : map) {
        auto copy = key;
        (*this)(copy)(value);
      }
      return;
    }
    check_room(n, 1);
    map.clear();
    for (std::size_t i = 0; i < n; ++i) {
      typename Map::key_type key{};
      (*this)(key);
      (*this)(map[key]);
    }
  }

  template <class Container>
  void sized(Container& c) {
    std::size_t n = c.size();
    raw(&n, sizeof n);
    check_room(n, sizeof(typename Container::value_type));
    c.resize(n);
    raw(c.data(), n * sizeof(typename Container::value_type));
  }
  // Before memory is taken for n elements that are to be read: are they there?
  void check_room(std::size_t n, std::size_t size) const {
    if (!writing_ && n > (bytes_.size() - at_) / size)
      throw base::Error("a packet between ranks is too short");
  }
  void raw(void* data, std::size_t size) {
    if (size == 0) return;
    if (writing_) {
      bytes_.resize(at_ + size);
      std::memcpy(bytes_.data() + at_, data, size);
    } else {
      if (size > bytes_.size() - at_) throw base::Error("a packet between ranks is too short");
      std::memcpy(data, bytes_.data() + at_, size);
    }
    at_ += size;
  }

  std::vector<std::byte> bytes_;
  std::size_t at_ = 0;
  bool writing_ = true;
};

}  // namespace polyform::parallel
