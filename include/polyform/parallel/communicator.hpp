// SPDX-License-Identifier: MPL-2.0
// A group of ranks and what it does together. The only place that calls MPI, but for the slab FFT.
#pragma once

#include <complex>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "polyform/base/error.hpp"
#include "polyform/parallel/packet.hpp"
#include "polyform/parallel/partition.hpp"

struct ompi_communicator_t;

namespace polyform::parallel {

/// An error that every rank of the group throws alike, so that all can go home in order.
struct AgreedError : base::Error {
  using base::Error::Error;
};

/// Ranks that work together. A value: copies share the group. Every member but rank(), size(),
/// is_root() and native() is collective over the group: all its ranks call it, in the same order.
class Communicator {
 public:
  using Native = ompi_communicator_t*;

  /// The group of this rank alone; needs no running session.
  static Communicator self();
  /// Takes over `native`; freed with the last copy when `owned`.
  explicit Communicator(Native native, bool owned = false);

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_root() const { return rank_ == 0; }
  Native native() const;

  void barrier() const;

  /// Element-wise sum over the ranks, the same bits on every rank.
  void sum(std::span<double> values) const;
  void sum(std::span<long> values) const;
  double sum(double value) const;
  long sum(long value) const;
  /// As sum(), but only root has the result; elsewhere `values` are left undefined.
  void sum_to_root(std::span<double> values) const;
  double max(double value) const;
  double min(double value) const;
  bool any(bool value) const;

  void broadcast(std::span<double> values, int root = 0) const;
  void broadcast(std::span<std::byte> bytes, int root = 0) const;
  /// Root's packet to everyone; its length travels too.
  void broadcast(Packet& packet, int root = 0) const;
  /// Root's value, of any type that packs (packet.hpp), on every rank.
  template <class T>
  T broadcast_packed(T value, int root = 0) const;
  template <class T>
  T broadcast_value(T value, int root = 0) const;
  /// A packet from one rank to another: called by these two alone.
  void send(Packet& packet, int to) const;
  void receive(Packet& packet, int from) const;

  /// Blocks of all ranks one after another, on every rank. `parts` says who has which elements.
  template <class T>
  void all_gather(std::span<const T> mine, std::span<T> all, const Partition& parts) const;
  /// all[i] summed over the ranks; this rank receives its part of the sum.
  void reduce_scatter(std::span<const double> all, std::span<double> mine,
                      const Partition& parts) const;
  /// counts are in elements, per rank; data are packed rank after rank.
  template <class T>
  void all_to_all(std::span<const T> send, std::span<const int> send_counts, std::span<T> receive,
                  std::span<const int> receive_counts) const;
  /// One string a rank, on every rank.
  std::vector<std::string> all_gather(const std::string& mine) const;
  std::vector<double> all_gather(double mine) const;

  /// Ranks with the same colour become a group, in the order of their ranks here.
  Communicator split(int colour) const;

  /// Runs a step that talks to no other rank and agrees on how it went: when it threw on any rank,
  /// every rank throws AgreedError with the message and exit code of the lowest of them. No rank
  /// fails alone.
  void agree(const std::function<void()>& local_step) const;

 private:
  struct Handle;
  void all_gather_bytes(const void* mine, void* all, const Partition& parts,
                        std::size_t size) const;
  void all_to_all_bytes(const void* send, std::span<const int> send_counts, void* receive,
                        std::span<const int> receive_counts, std::size_t size) const;
  std::shared_ptr<Handle> handle_;
  int rank_ = 0;
  int size_ = 1;
};

template <class T>
T Communicator::broadcast_value(T value, int root) const {
  static_assert(std::is_trivially_copyable_v<T>);
  broadcast(std::as_writable_bytes(std::span<T, 1>(&value, 1)), root);
  return value;
}

template <class T>
T Communicator::broadcast_packed(T value, int root) const {
  Packet packet;
  if (rank_ == root) packet(value);
  broadcast(packet, root);
  if (rank_ == root) return value;
  T copy{};
  packet(copy);
  return copy;
}

template <class T>
void Communicator::all_gather(std::span<const T> mine, std::span<T> all,
                              const Partition& parts) const {
  static_assert(std::is_trivially_copyable_v<T>);
  all_gather_bytes(mine.data(), all.data(), parts, sizeof(T));
}

template <class T>
void Communicator::all_to_all(std::span<const T> send, std::span<const int> send_counts,
                              std::span<T> receive, std::span<const int> receive_counts) const {
  static_assert(std::is_trivially_copyable_v<T>);
  all_to_all_bytes(send.data(), send_counts, receive.data(), receive_counts, sizeof(T));
}

}  // namespace polyform::parallel
