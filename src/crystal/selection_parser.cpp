// SPDX-License-Identifier: MPL-2.0
// The grammar of selections, one function a rule.
#include "crystal/selection_parser.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "crystal/gemmi_notation.hpp"
#include "crystal/selection_lexer.hpp"
#include "crystal/selection_words.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"

namespace polyform::crystal {
namespace {

using Kind = Token::Kind;

std::optional<NameOf> name_in_list(const std::string& word) {
  if (word == "chain") return NameOf::chain;
  if (word == "resname") return NameOf::residue;
  if (word == "name") return NameOf::atom;
  if (word == "element") return NameOf::element;
  if (word == "altloc") return NameOf::conformer;
  return {};
}

std::optional<NumberOf> number_called(const std::string& word) {
  if (word == "b") return NumberOf::b;
  if (word == "occupancy") return NumberOf::occupancy;
  return {};
}

// "-5", "12A": moves `at` behind them.
bool read_residue(const std::string& text, std::size_t& at, int& number, char& code) {
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data() + at, end, number);
  if (failure != std::errc()) return false;
  at = static_cast<std::size_t>(stop - text.data());
  const bool coded = at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0;
  code = coded ? text[at++] : ' ';
  return true;
}

// "10", "12A", "17-20", "-5--2".
std::optional<ResidueRange> range_of(const std::string& text) {
  ResidueRange range;
  std::size_t at = 0;
  if (!read_residue(text, at, range.first, range.first_code)) return {};
  range.last = range.first;
  range.last_code = range.first_code;
  if (at == text.size()) return range;
  if (text[at++] != '-' || !read_residue(text, at, range.last, range.last_code)) return {};
  if (at != text.size()) return {};
  return range;
}

class Parser {
 public:
  explicit Parser(const std::string& text) : lexer_(text) {}

  SelectionTree whole_text() {
    if (lexer_.next().kind == Kind::end) wrong_selection(1, "nothing is said");
    SelectionTree tree = expression();
    if (lexer_.next().kind != Kind::end) unexpected();
    return tree;
  }

 private:
  SelectionTree expression() {
    return joined<AnyOf>("or", [&] { return conjunction(); });
  }
  SelectionTree conjunction() {
    return joined<AllOf>("and", [&] { return factor(); });
  }

  template <class Joined, class Rule>
  SelectionTree joined(const char* word, Rule rule) {
    const std::size_t column = lexer_.next().column;
    Joined term;
    term.parts.push_back(rule());
    while (is_word(word)) {
      lexer_.take();
      term.parts.push_back(rule());
    }
    if (term.parts.size() == 1) return std::move(term.parts.front());
    return {std::move(term), column};
  }

  SelectionTree factor() {
    if (++depth_ > 200) wrong_selection(lexer_.next().column, "brackets stand too deep");
    SelectionTree tree = one_of_the_factors(lexer_.take());
    --depth_;
    return tree;
  }

  SelectionTree one_of_the_factors(const Token& first) {
    if (first.kind == Kind::open) return inside_brackets(first.column);
    if (first.is_notation()) return notation(first);
    if (first.kind != Kind::word) expected("a selection of atoms", first);
    if (first.text == "not") return {AllBut{one_factor()}, first.column};
    if (first.text == "whole") return {WholeResidues{one_factor()}, first.column};
    if (first.text == "near") return near(first.column);
    if (first.text == "residues") return residues(first.column);
    if (const auto what = name_in_list(first.text))
      return {Named{*what, names(first)}, first.column};
    if (const auto what = number_called(first.text)) return within(*what, first.column);
    return called(first);
  }

  std::vector<SelectionTree> one_factor() {
    std::vector<SelectionTree> parts;
    parts.push_back(factor());
    return parts;
  }

  SelectionTree inside_brackets(std::size_t column) {
    SelectionTree tree = expression();
    if (lexer_.next().kind == Kind::end) wrong_selection(column, "a bracket is not closed");
    if (lexer_.next().kind != Kind::close) unexpected();
    lexer_.take();
    return tree;
  }

  SelectionTree notation(const Token& token) {
    if (const std::string wrong = wrong_with_notation(token.text); !wrong.empty())
      wrong_selection(token.column, wrong);
    return {GemmiNotation{token.text}, token.column};
  }

  SelectionTree called(const Token& token) {
    const auto& words = grammar_words();
    if (std::find(words.begin(), words.end(), token.text) != words.end())
      expected("a selection of atoms", token);
    last_called_ = token.text;
    return {CalledAtoms{token.text}, token.column};
  }

  SelectionTree near(std::size_t column) {
    const std::size_t place = lexer_.next().column;
    const double distance = number("a distance [A] after 'near'", lexer_.take());
    if (distance <= 0) wrong_selection(place, "a distance above 0 is expected after 'near'");
    if (!is_word("of")) expected("'of' after the distance", lexer_.next());
    lexer_.take();
    return {Near{distance, one_factor()}, column};
  }

  // Names up to the next word of the grammar, bracket or end.
  std::vector<std::string> names(const Token& of) {
    std::vector<std::string> list;
    while (lexer_.next().kind == Kind::quoted ||
           (lexer_.next().kind == Kind::word && !joins(lexer_.next().text))) {
      if (lexer_.next().kind == Kind::word && lexer_.next().is_notation())
        expected("a name, without gemmi's notation,", lexer_.next());
      list.push_back(lexer_.take().text);
    }
    if (list.empty()) expected("one name or more after '" + of.text + "'", lexer_.next());
    return list;
  }

  SelectionTree residues(std::size_t column) {
    const Token chain = lexer_.take();
    if ((chain.kind != Kind::word && chain.kind != Kind::quoted) ||
        (chain.kind == Kind::word && joins(chain.text)))
      expected("a chain (* for all) after 'residues'", chain);
    ResiduesOf term{chain.text, {}};
    while (lexer_.next().kind == Kind::word && !joins(lexer_.next().text)) {
      const Token item = lexer_.take();
      const auto range = range_of(item.text);
      if (!range) expected("a residue as in 10, 12A or 17-20", item);
      term.ranges.push_back(*range);
    }
    if (term.ranges.empty())
      expected("residues after the chain, as in 10 12A 17-20,", lexer_.next());
    return {std::move(term), column};
  }

  SelectionTree within(NumberOf what, std::size_t column) {
    constexpr float infinite = std::numeric_limits<float>::infinity();
    if (lexer_.next().kind == Kind::comparison) {
      const std::string sign = lexer_.take().text;
      const auto limit = static_cast<float>(number("a number", lexer_.take()));
      if (sign == "<") return {Within{what, -infinite, std::nextafter(limit, -infinite)}, column};
      if (sign == "<=") return {Within{what, -infinite, limit}, column};
      if (sign == ">") return {Within{what, std::nextafter(limit, infinite), infinite}, column};
      if (sign == ">=") return {Within{what, limit, infinite}, column};
      return {Within{what, limit, limit}, column};
    }
    return interval(what, column);
  }

  // LOW : HIGH, with or without blanks.
  SelectionTree interval(NumberOf what, std::size_t column) {
    const std::string like = "a comparison as in '> 40' or limits as in '20 : 60'";
    const Token first = lexer_.take();
    std::string text = first.text;
    while (lexer_.next().kind == Kind::word &&
           (text.ends_with(':') || lexer_.next().text.starts_with(':')))
      text += lexer_.take().text;
    const std::size_t colon = text.find(':');
    if (first.kind != Kind::word || colon == std::string::npos) expected(like, first);
    const Token low{Kind::word, text.substr(0, colon), first.column};
    const Token high{Kind::word, text.substr(colon + 1), first.column};
    const Within term{what, static_cast<float>(number(like, low)),
                      static_cast<float>(number(like, high))};
    if (term.low > term.high)
      wrong_selection(first.column, "the lower limit of '" + text + "' is above the upper one");
    return {term, column};
  }

  double number(const std::string& what, const Token& token) {
    double value = 0;
    const char* end = token.text.data() + token.text.size();
    const auto [stop, failure] = std::from_chars(token.text.data(), end, value);
    if (token.kind != Kind::word || failure != std::errc() || stop != end || !std::isfinite(value))
      expected(what, token);
    return value;
  }

  bool is_word(const char* word) const {
    return lexer_.next().kind == Kind::word && lexer_.next().text == word;
  }
  static bool joins(const std::string& word) {
    return word == "and" || word == "or" || word == "not";
  }

  [[noreturn]] void expected(const std::string& what, const Token& token) {
    wrong_selection(token.column, token.kind == Kind::end
                                      ? what + " is expected at the end"
                                      : what + " is expected, not '" + token.text + "'");
  }
  // What stands where the expression should have ended.
  [[noreturn]] void unexpected() {
    const Token& token = lexer_.next();
    if (token.kind == Kind::close) wrong_selection(token.column, "')' closes nothing");
    const std::string near = base::nearest(last_called_, grammar_words());
    wrong_selection(token.column,
                    "'and' or 'or' is expected before '" + token.text + "'" +
                        (near.empty() ? "" : " (or '" + near + "' for '" + last_called_ + "')"));
  }

  SelectionLexer lexer_;
  std::string last_called_;
  int depth_ = 0;
};

}  // namespace

void wrong_selection(std::size_t column, const std::string& reason) {
  throw base::UsageError("column " + std::to_string(column) + ": " + reason);
}

const std::vector<std::string>& grammar_words() {
  static const std::vector<std::string> words = {
      "and",     "or",      "not",    "whole",    "near", "of", "chain",
      "resname", "element", "altloc", "residues", "name", "b",  "occupancy"};
  return words;
}

SelectionTree parse_selection(const std::string& text) { return Parser(text).whole_text(); }

}  // namespace polyform::crystal
