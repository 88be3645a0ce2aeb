// SPDX-License-Identifier: MPL-2.0
// Names and types by which columns are known.
#include "crystal/choose_columns.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "crystal/listing.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"

namespace polyform::crystal {
namespace {

using base::InputError;

// Letters and digits only, upper case: "R-free-flags" is RFREEFLAGS.
std::string plain(const std::string& label) {
  std::string result;
  for (const char c : label)
    if (std::isalnum(static_cast<unsigned char>(c)))
      result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

bool begins(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}
bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool is_one_of(char type, const char* types) {
  return std::string(types).find(type) != std::string::npos;
}

// F_calc, F_model, map coefficients, figures of merit, parts of the structure factor, fills.
bool is_calculated(const std::string& label) {
  const std::string name = plain(label);
  for (const char* start : {"FC", "FMODEL", "FOM", "FPART", "FBULK", "FMASK", "FMAP", "FDM", "FOFC",
                            "FWT", "FDELWT", "DELFWT", "FEARLY", "FANO", "FAN", "FDIFF", "FPHI"})
    if (begins(name, start)) return true;
  for (const char* part :
       {"CALC", "MODEL", "FOFC", "FWT", "DELWT", "ALLLS", "FILL", "DENSMOD", "ANOM"})
    if (contains(name, part)) return true;
  return false;
}

// '+' and '-' for the halves of an anomalous pair, ' ' for a mean.
char half(const std::string& label) {
  if (contains(label, "(+)") || contains(label, "plus")) return '+';
  if (contains(label, "(-)") || contains(label, "minus")) return '-';
  return ' ';
}

// A column of figures of merit may be typed F: amplitudes do not all lie in [0, 1].
bool lies_within_one(const TableColumn& column) {
  bool any = false;
  for (const double x : column.value) {
    if (x < 0 || x > 1) return false;
    any = any || !std::isnan(x);
  }
  return any;
}

class Chooser {
 public:
  Chooser(const ReflectionTable& table, const DataOptions& options)
      : table_(table), options_(options) {}

  ChosenColumns choose() const {
    ChosenColumns chosen = options_.labels.empty() ? automatic() : asked();
    const std::size_t given = options_.labels.size();
    if (given != 3 && given < 5) chosen.flag = flag_column();
    if (chosen.flag >= 0) chosen.minus_flag = minus_of(chosen.flag);
    return chosen;
  }

 private:
  const TableColumn& column(int i) const { return table_.columns[static_cast<std::size_t>(i)]; }
  int size() const { return static_cast<int>(table_.columns.size()); }

  std::vector<std::string> labels() const {
    std::vector<std::string> all;
    for (const TableColumn& c : table_.columns) all.push_back(c.label);
    return all;
  }

  int asked_column(const std::string& label) const {
    const int found = table_.find(label);
    if (found >= 0) return found;
    for (int i = 0; i < size(); ++i)
      if (plain(column(i).label) == plain(label) && !plain(label).empty()) return i;
    const std::string near = base::nearest(label, labels());
    throw InputError(table_.source + " has no column '" + label + "'" +
                     (near.empty() ? "" : "; did you mean '" + near + "'?") +
                     " There are: " + table_.described());
  }

  Quantity quantity_of(int i) const {
    const TableColumn& c = column(i);
    if (is_one_of(c.type, "JK")) return Quantity::intensity;
    if (is_one_of(c.type, "FG")) return Quantity::amplitude;
    if (is_one_of(c.type, "RX") && !plain(c.label).empty())
      return plain(c.label)[0] == 'I' ? Quantity::intensity : Quantity::amplitude;
    refuse_type(i, "neither amplitude nor intensity");
  }

  [[noreturn]] void refuse_type(int i, const std::string& what) const {
    throw InputError(table_.source + ": column " + column(i).label + " is of type " +
                     column(i).type + ", " + what + "; there are: " + table_.described());
  }

  int asked_sigma(const std::string& label) const {
    if (label == "none" || label == "-") return -1;
    const int found = asked_column(label);
    if (!is_one_of(column(found).type, "QLMRX")) refuse_type(found, "no standard deviation");
    return found;
  }

  ChosenColumns asked() const {
    const std::vector<std::string>& names = options_.labels;
    if (names.size() > 5)
      throw InputError(
          "labels: at most five columns can be asked for (value, sigma, value, sigma, "
          "flag of an anomalous pair), but there are " +
          std::to_string(names.size()));
    ChosenColumns chosen;
    chosen.value = asked_column(names[0]);
    chosen.quantity = quantity_of(chosen.value);
    chosen.sigma = names.size() > 1 ? asked_sigma(names[1]) : sigma_of(chosen.value);
    if (names.size() >= 4) {
      chosen.minus = asked_column(names[2]);
      chosen.minus_sigma = asked_sigma(names[3]);
    }
    if (names.size() == 3) chosen.flag = asked_flag(names[2]);
    if (names.size() == 5) chosen.flag = asked_flag(names[4]);
    if (chosen.quantity == Quantity::intensity && chosen.sigma < 0)
      throw InputError(table_.source + ": intensities " + names[0] +
                       " have no sigma column; name it as the second label");
    return chosen;
  }

  int asked_flag(const std::string& label) const {
    return label == "none" || label == "-" ? -1 : asked_column(label);
  }

  // SIGF of F, SIGF(+) of F(+), F_meas_sigma_au of F_meas_au, or the sigma right after.
  int sigma_of(int value) const {
    const std::string label = column(value).label, name = plain(label);
    for (int i = 0; i < size(); ++i) {
      const std::string other = column(i).label;
      if (i == value || !is_one_of(column(i).type, "QLMR")) continue;
      if (half(other) != half(label)) continue;
      std::string without = plain(other);
      for (const char* word : {"SIGMA", "SIG"})
        if (const auto at = without.find(word); at != std::string::npos) {
          without.erase(at, std::string(word).size());
          break;
        }
      const bool named = without == name || "F" + without == name ||
                         (label == "intensity_meas" && other == "intensity_sigma") ||
                         (label == "F_squared_meas" && other == "F_squared_sigma");
      if (named && without != plain(other)) return i;
    }
    if (value + 1 < size() && is_one_of(column(value + 1).type, "QLM")) return value + 1;
    return -1;
  }

  // "F(+)" and "F(-)", "pdbx_F_plus" and "pdbx_F_minus".
  int minus_of(int plus) const {
    std::string label = column(plus).label;
    if (const auto at = label.find("(+)"); at != std::string::npos)
      label[at + 1] = '-';
    else if (const auto word = label.find("plus"); word != std::string::npos)
      label.replace(word, 4, "minus");
    else
      return -1;
    return table_.find(label);
  }

  bool is_candidate(int i, const char* types) const {
    const TableColumn& c = column(i);
    return is_one_of(c.type, types) && !is_calculated(c.label) &&
           !(is_one_of(c.type, "FG") && lies_within_one(c));
  }

  // How usual the name is for measurements; lower is better.
  static int rank(const std::string& label) {
    static const std::vector<std::string> usual = {
        "FP", "F",    "FOBS",          "FMEASAU",      "FMEAS", "IMEAN",
        "I",  "IOBS", "INTENSITYMEAS", "FSQUAREDMEAS", "FNAT",  "FNATIVE"};
    const auto found = std::find(usual.begin(), usual.end(), plain(label));
    return static_cast<int>(found - usual.begin());
  }

  enum class Sigma { needed, absent };

  ChosenColumns best_mean(const char* types, Quantity quantity, Sigma with) const {
    ChosenColumns best;
    for (int i = 0; i < size(); ++i) {
      if (!is_candidate(i, types)) continue;
      const int sigma = sigma_of(i);
      if ((with == Sigma::needed) != (sigma >= 0)) continue;
      // An amplitude with a phase behind it and no error is a map coefficient.
      if (sigma < 0 && i + 1 < size() && column(i + 1).type == 'P' && rank(column(i).label) > 3)
        continue;
      if (best.value < 0 || rank(column(i).label) < rank(column(best.value).label)) {
        best.value = i;
        best.sigma = sigma;
      }
    }
    best.quantity = quantity;
    return best;
  }

  ChosenColumns best_pair(const char* types, Quantity quantity) const {
    ChosenColumns best;
    best.quantity = quantity;
    for (int i = 0; i < size() && best.value < 0; ++i) {
      const int minus = is_candidate(i, types) ? minus_of(i) : -1;
      const int sigma = minus >= 0 ? sigma_of(i) : -1;
      const int minus_sigma = minus >= 0 ? sigma_of(minus) : -1;
      if (sigma < 0 || minus_sigma < 0) continue;
      best = {quantity, i, sigma, minus, minus_sigma};
    }
    return best;
  }

  ChosenColumns automatic() const {
    const ChosenColumns f = best_mean("F", Quantity::amplitude, Sigma::needed);
    const ChosenColumns i = best_mean("J", Quantity::intensity, Sigma::needed);
    const ChosenColumns f_pair = best_pair("GF", Quantity::amplitude);
    const ChosenColumns i_pair = best_pair("KJ", Quantity::intensity);
    const ChosenColumns f_alone = best_mean("F", Quantity::amplitude, Sigma::absent);
    const auto order = options_.prefer_intensities ? std::vector{i, i_pair, f, f_pair, f_alone}
                                                   : std::vector{f, i, f_pair, i_pair, f_alone};
    for (const ChosenColumns& candidate : order)
      if (candidate.value >= 0) return candidate;
    throw InputError(table_.source +
                     " has no amplitude (F) or intensity (J, with sigma) columns; "
                     "there are: " +
                     table_.described() + "; name the right ones with labels");
  }

  int flag_column() const {
    static const std::vector<std::string> usual = {
        "STATUS",    "FREERFLAG", "FREE",      "FREER", "RFREE",    "RFREEFLAGS",
        "RFREEFLAG", "FREEFLAG",  "FREEFLAGS", "TEST",  "TESTFLAG", "PDBXRFREEFLAG"};
    int best = -1;
    auto best_rank = usual.end();
    for (int i = 0; i < size(); ++i) {
      const std::string name = plain(column(i).label);
      const auto found = std::find(usual.begin(), usual.end(), name);
      const bool similar = contains(name, "FREE") && !is_calculated(column(i).label);
      if ((found == usual.end() && !similar) || is_one_of(column(i).type, "FPGJKW")) continue;
      if (best < 0 || found < best_rank) {
        best = i;
        best_rank = found;
      }
    }
    return best;
  }

  const ReflectionTable& table_;
  const DataOptions& options_;
};

void report(const ReflectionTable& table, const ChosenColumns& chosen, base::Log& log) {
  const auto label = [&](int i) {
    return i < 0 ? std::string("none") : table.columns[static_cast<std::size_t>(i)].label;
  };
  std::string line = table.source + ": " +
                     (chosen.quantity == Quantity::amplitude ? "amplitudes " : "intensities ") +
                     label(chosen.value) + ", sigma " + label(chosen.sigma);
  if (chosen.minus >= 0)
    line += ", with " + label(chosen.minus) + ", " + label(chosen.minus_sigma) + " (pairs merged)";
  line += ", test flag " + label(chosen.flag);
  std::vector<std::string> others;
  for (int i = 0; i < static_cast<int>(table.columns.size()); ++i)
    if (i != chosen.value && i != chosen.sigma && i != chosen.minus && i != chosen.minus_sigma &&
        i != chosen.flag && i != chosen.minus_flag)
      others.push_back(label(i));
  if (!others.empty()) line += "; also there: " + listed(others, 30);
  log.info(line);
}

}  // namespace

ChosenColumns choose_columns(const ReflectionTable& table, const DataOptions& options,
                             base::Log& log) {
  const ChosenColumns chosen = Chooser(table, options).choose();
  report(table, chosen, log);
  return chosen;
}

}  // namespace polyform::crystal
