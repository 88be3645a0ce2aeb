// SPDX-License-Identifier: MPL-2.0
// Cutting the text of a selection into pieces.
#include "crystal/selection_lexer.hpp"

#include <cctype>

#include "crystal/selection_parser.hpp"

namespace polyform::crystal {
namespace {

bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_comparison(char c) { return c == '<' || c == '>' || c == '='; }

}  // namespace

void SelectionLexer::read_quoted(char quote) {
  const std::size_t end = text_.find(quote, at_ + 1);
  if (end == std::string::npos) wrong_selection(at_ + 1, "a quote is opened and not closed");
  token_ = {Token::Kind::quoted, text_.substr(at_ + 1, end - at_ - 1), at_ + 1};
  at_ = end + 1;
}

void SelectionLexer::read_word() {
  const std::size_t begin = at_;
  bool notation = false;
  int open = 0;
  for (; at_ < text_.size() && !is_blank(text_[at_]); ++at_) {
    const char c = text_[at_];
    if (c == '/' || c == '[' || c == ':' || c == ';') notation = true;
    if (!notation && (c == '(' || is_comparison(c))) break;
    if (c == '(') ++open;
    if (c == ')' && open-- == 0) break;
  }
  token_ = {Token::Kind::word, text_.substr(begin, at_ - begin), begin + 1};
}

void SelectionLexer::advance() {
  while (is_blank(at(at_))) ++at_;
  const char c = at(at_);
  if (at_ >= text_.size()) {
    token_ = {Token::Kind::end, "", text_.size() + 1};
  } else if (c == '(' || c == ')') {
    token_ = {c == '(' ? Token::Kind::open : Token::Kind::close, {c}, at_ + 1};
    ++at_;
  } else if (c == '\'' || c == '"') {
    read_quoted(c);
  } else if (is_comparison(c)) {
    const std::size_t length = at(at_ + 1) == '=' ? 2 : 1;
    token_ = {Token::Kind::comparison, text_.substr(at_, length), at_ + 1};
    at_ += length;
  } else {
    read_word();
  }
}

}  // namespace polyform::crystal
