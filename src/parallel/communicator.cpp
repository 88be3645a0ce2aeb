// SPDX-License-Identifier: MPL-2.0
// Groups of ranks, by MPI.
#include "polyform/parallel/communicator.hpp"

#include <mpi.h>

#include <cstring>
#include <limits>

#include "polyform/parallel/traffic.hpp"

namespace polyform::parallel {

struct Communicator::Handle {
  MPI_Comm native;
  bool owned;
  Handle(MPI_Comm communicator, bool mine) : native(communicator), owned(mine) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    int finalised = 0;
    if (owned && MPI_Finalized(&finalised) == MPI_SUCCESS && !finalised) MPI_Comm_free(&native);
  }
};

namespace {

int count_of(std::size_t n) {
  if (n > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw base::Error("a message between ranks is larger than MPI can count; use more ranks");
  return static_cast<int>(n);
}

// Elements of each rank's block and where they start.
struct Layout {
  std::vector<int> counts, starts;
};
Layout layout(const Partition& parts) {
  Layout elements;
  for (int r = 0; r < parts.ranks(); ++r) {
    elements.counts.push_back(count_of(parts.block(r).size()));
    elements.starts.push_back(count_of(parts.block(r).begin));
  }
  return elements;
}
Layout layout(std::span<const int> counts) {
  Layout elements;
  std::size_t at = 0;
  for (int count : counts) {
    elements.counts.push_back(count);
    elements.starts.push_back(count_of(at));
    at += static_cast<std::size_t>(count);
  }
  return elements;
}

// An element of `size` bytes: MPI counts elements, so that two thousand million of them may travel.
class ElementType {
 public:
  explicit ElementType(std::size_t size) {
    MPI_Type_contiguous(count_of(size), MPI_BYTE, &type_);
    MPI_Type_commit(&type_);
  }
  ~ElementType() { MPI_Type_free(&type_); }
  ElementType(const ElementType&) = delete;
  ElementType& operator=(const ElementType&) = delete;
  operator MPI_Datatype() const { return type_; }

 private:
  MPI_Datatype type_;
};

double size_of(std::span<const double> values) { return static_cast<double>(values.size_bytes()); }

// Of one sender: a message to every other rank that gets something.
void count_all_to_all(std::span<const int> counts, int rank, std::size_t size) {
  double messages = 0, elements = 0;
  for (std::size_t r = 0; r < counts.size(); ++r) {
    if (r == static_cast<std::size_t>(rank) || counts[r] == 0) continue;
    ++messages;
    elements += counts[r];
  }
  count_call(messages, elements * static_cast<double>(size));
}

void copy_bytes(const void* from, void* to, std::size_t size) {
  if (size > 0) std::memmove(to, from, size);
}

}  // namespace

Communicator::Communicator(Native native, bool owned)
    : handle_(std::make_shared<Handle>(native, owned)) {
  if (native == MPI_COMM_SELF) return;
  MPI_Comm_rank(native, &rank_);
  MPI_Comm_size(native, &size_);
}

Communicator Communicator::self() { return Communicator(MPI_COMM_SELF); }

Communicator::Native Communicator::native() const { return handle_->native; }

// A rank alone needs no MPI, which may not even be running.

void Communicator::barrier() const {
  count_vector(size_, 0);
  if (size_ > 1) MPI_Barrier(native());
}

void Communicator::sum(std::span<double> values) const {
  if (size_ == 1) return;
  count_vector(size_, size_of(values));
  MPI_Allreduce(MPI_IN_PLACE, values.data(), count_of(values.size()), MPI_DOUBLE, MPI_SUM,
                native());
}
void Communicator::sum(std::span<long> values) const {
  if (size_ == 1) return;
  count_vector(size_, static_cast<double>(values.size_bytes()));
  MPI_Allreduce(MPI_IN_PLACE, values.data(), count_of(values.size()), MPI_LONG, MPI_SUM, native());
}
double Communicator::sum(double value) const {
  sum(std::span<double>(&value, 1));
  return value;
}
long Communicator::sum(long value) const {
  sum(std::span<long>(&value, 1));
  return value;
}
void Communicator::sum_to_root(std::span<double> values) const {
  if (size_ == 1) return;
  count_vector(size_, size_of(values));
  MPI_Reduce(is_root() ? MPI_IN_PLACE : values.data(), values.data(), count_of(values.size()),
             MPI_DOUBLE, MPI_SUM, 0, native());
}
double Communicator::max(double value) const {
  if (size_ == 1) return value;
  count_vector(size_, sizeof value);
  MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_DOUBLE, MPI_MAX, native());
  return value;
}
double Communicator::min(double value) const { return -max(-value); }
bool Communicator::any(bool value) const { return max(value ? 1.0 : 0.0) > 0.5; }

void Communicator::broadcast(std::span<double> values, int root) const {
  broadcast(std::as_writable_bytes(values), root);
}
void Communicator::broadcast(std::span<std::byte> bytes, int root) const {
  if (size_ == 1) return;
  count_vector(size_, static_cast<double>(bytes.size()));
  MPI_Bcast(bytes.data(), count_of(bytes.size()), MPI_BYTE, root, native());
}
void Communicator::broadcast(Packet& packet, int root) const {
  const std::size_t size = broadcast_value(packet.bytes().size(), root);
  packet.bytes().resize(size);
  broadcast(std::span<std::byte>(packet.bytes()), root);
  packet.start_reading();
}

void Communicator::send(Packet& packet, int to) const {
  count_call(1, static_cast<double>(packet.bytes().size()));
  MPI_Send(packet.bytes().data(), count_of(packet.bytes().size()), MPI_BYTE, to, 0, native());
}
void Communicator::receive(Packet& packet, int from) const {
  MPI_Status status;
  MPI_Probe(from, 0, native(), &status);
  int size = 0;
  MPI_Get_count(&status, MPI_BYTE, &size);
  packet.bytes().resize(static_cast<std::size_t>(size));
  MPI_Recv(packet.bytes().data(), size, MPI_BYTE, from, 0, native(), MPI_STATUS_IGNORE);
  packet.start_reading();
}

void Communicator::all_gather_bytes(const void* mine, void* all, const Partition& parts,
                                    std::size_t size) const {
  if (size_ == 1) return copy_bytes(mine, all, parts.total() * size);
  const std::size_t others = parts.total() - parts.block(rank_).size();
  count_blocks(size_, static_cast<double>(others * size));
  const Layout elements = layout(parts);
  const ElementType type(size);
  MPI_Allgatherv(mine, elements.counts[static_cast<std::size_t>(rank_)], type, all,
                 elements.counts.data(), elements.starts.data(), type, native());
}

void Communicator::reduce_scatter(std::span<const double> all, std::span<double> mine,
                                  const Partition& parts) const {
  if (size_ == 1) return copy_bytes(all.data(), mine.data(), all.size_bytes());
  count_blocks(size_, size_of(all) - size_of(mine));
  MPI_Reduce_scatter(all.data(), mine.data(), layout(parts).counts.data(), MPI_DOUBLE, MPI_SUM,
                     native());
}

void Communicator::all_to_all_bytes(const void* send, std::span<const int> send_counts,
                                    void* receive, std::span<const int> receive_counts,
                                    std::size_t size) const {
  if (size_ == 1) return copy_bytes(send, receive, static_cast<std::size_t>(send_counts[0]) * size);
  count_all_to_all(send_counts, rank_, size);
  const Layout out = layout(send_counts);
  const Layout in = layout(receive_counts);
  const ElementType type(size);
  MPI_Alltoallv(send, out.counts.data(), out.starts.data(), type, receive, in.counts.data(),
                in.starts.data(), type, native());
}

std::vector<std::string> Communicator::all_gather(const std::string& mine) const {
  const std::vector<double> lengths = all_gather(static_cast<double>(mine.size()));
  std::vector<std::size_t> offsets = {0};
  for (double length : lengths)
    offsets.push_back(offsets.back() + static_cast<std::size_t>(length));
  std::string all(offsets.back(), '\0');
  all_gather_bytes(mine.data(), all.data(), Partition(offsets), 1);
  std::vector<std::string> parts;
  for (std::size_t r = 0; r + 1 < offsets.size(); ++r)
    parts.push_back(all.substr(offsets[r], offsets[r + 1] - offsets[r]));
  return parts;
}

std::vector<double> Communicator::all_gather(double mine) const {
  if (size_ == 1) return {mine};
  count_blocks(size_, static_cast<double>(size_ - 1) * sizeof mine);
  std::vector<double> all(static_cast<std::size_t>(size_));
  MPI_Allgather(&mine, 1, MPI_DOUBLE, all.data(), 1, MPI_DOUBLE, native());
  return all;
}

Communicator Communicator::split(int colour) const {
  if (size_ == 1) return *this;
  MPI_Comm part;
  MPI_Comm_split(native(), colour, rank_, &part);
  return Communicator(part, true);
}

void Communicator::agree(const std::function<void()>& local_step) const {
  std::string message;
  bool failed = true;
  int code = static_cast<int>(base::ExitCode::failure);
  try {
    local_step();
    failed = false;
  } catch (const base::Error& error) {
    message = error.what();
    code = static_cast<int>(error.code());
  } catch (const std::bad_alloc&) {
    message = "out of memory";
  } catch (const std::exception& error) {
    message = error.what();
  }
  // The lowest rank that failed speaks for all.
  const double none = size_;
  const int speaker = static_cast<int>(min(failed ? static_cast<double>(rank_) : none));
  if (speaker == size_) return;
  code = broadcast_value(code, speaker);
  Packet packet;
  if (rank_ == speaker) packet(message);
  broadcast(packet, speaker);
  if (rank_ != speaker) packet(message);
  throw AgreedError(message, static_cast<base::ExitCode>(code));
}

}  // namespace polyform::parallel
