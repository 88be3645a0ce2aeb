// SPDX-License-Identifier: MPL-2.0
// What this rank computes and sends, counted by phase.
#pragma once

#include <map>
#include <string>

namespace polyform::parallel {

/// What was done in one phase. Counts are whole numbers.
struct Tally {
  double seconds = 0;   ///< in the phase, without the phases inside it
  double work = 0;      ///< in the phase's own unit
  double calls = 0;     ///< to other ranks: collective ones, and single messages
  double messages = 0;  ///< that these calls make a rank send, one after another
  double bytes = 0;     ///< in these messages
};
using Tallies = std::map<std::string, Tally>;  ///< by the name of the phase

/// While it lives, what this rank does counts for the phase of this name; afterwards for the phase
/// that it was in before. Outside all phases the name is "other".
class Phase {
 public:
  explicit Phase(const char* name);
  ~Phase();
  Phase(const Phase&) = delete;
  Phase& operator=(const Phase&) = delete;

 private:
  Tally* outer_;
};

/// Seconds are of the wall clock. From here on they are of this process on a processor, which other
/// work on the machine does not change; such a clock takes longer to read.
void count_processor_seconds();

/// Adds to the phase this rank is in.
void count_work(double amount);
/// One call of a team of `ranks`, which makes this rank send so much.
void count_call(double messages, double bytes);

/// Calls as the usual algorithms carry them out (Thakur, Rabenseifner & Gropp (2005) Int. J. High
/// Perform. Comput. Appl. 19, 49), for the rank that has most to send; L = log2 of the ranks P,
/// rounded up.
///
///   one vector of n bytes (broadcast, sum)    up to 12 KiB   L messages     L n bytes
///                                             longer         2 L messages   2 n (P - 1) / P bytes
///   blocks, those of other ranks together n   (all_gather, reduce_scatter)
///                                                            L messages     n bytes
///
/// Nothing is counted where a rank is alone.
void count_vector(int ranks, double bytes);
void count_blocks(int ranks, double bytes_of_others);

/// What this rank has done since it was last asked; counting starts anew.
Tallies take_tallies();

/// Over ranks.
struct Spread {
  double least = 0, mean = 0, most = 0;
};
struct PhaseReport {
  Spread seconds, work, calls, messages, bytes;
};
using TrafficReport = std::map<std::string, PhaseReport>;

class Communicator;
/// What the ranks have done, on root; empty elsewhere. A rank that was never in a phase counts
/// with 0. Collective over group.
TrafficReport report(const Communicator& group, Tallies mine);

}  // namespace polyform::parallel
