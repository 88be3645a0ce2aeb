// SPDX-License-Identifier: MPL-2.0
// Words, brackets and numbers of a selection, one after another.
#pragma once

#include <cstddef>
#include <string>

namespace polyform::crystal {

/// One piece of an expression.
struct Token {
  enum class Kind { end, open, close, comparison, word, quoted };
  Kind kind = Kind::end;
  std::string text;        ///< without its quotes
  std::size_t column = 1;  ///< of its first character, from 1
  /// A word with one of these is in gemmi's notation.
  bool is_notation() const {
    return kind == Kind::quoted ||
           (kind == Kind::word && text.find_first_of("/[:;*!") != std::string::npos);
  }
};

/// Cuts a text at its blanks, brackets, quotes and comparisons. Within gemmi's notation (after / [
/// : or ;) brackets and comparisons belong to the word. Throws UsageError for an open quote.
class SelectionLexer {
 public:
  explicit SelectionLexer(const std::string& text) : text_(text) { advance(); }

  /// The next token, which stays.
  const Token& next() const { return token_; }
  /// The next token, which is taken.
  Token take() {
    Token taken = token_;
    advance();
    return taken;
  }

 private:
  void advance();
  void read_quoted(char quote);
  void read_word();
  char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  const std::string& text_;
  std::size_t at_ = 0;
  Token token_;
};

}  // namespace polyform::crystal
