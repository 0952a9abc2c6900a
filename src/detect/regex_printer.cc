#include <string>
#include <string_view>

#include "detect/regex_node.h"

namespace piiscrub::regex {
namespace {

bool is_alphanumeric(unsigned byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

void print_hex(unsigned byte, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\x";
  out += kDigits[byte / 16];
  out += kDigits[byte % 16];
}

// Blanks and `#` are spelled in hexadecimal so that the text also survives a free-spacing mode around it.
void print_byte(unsigned byte, std::string_view special, std::string& out) {
  if (byte <= ' ' || byte >= 0x7F || byte == '#') {
    print_hex(byte, out);
    return;
  }
  const char c = static_cast<char>(byte);
  if (!is_alphanumeric(byte) && special.find(c) != std::string_view::npos) out += '\\';
  out += c;
}

void print_set(const ByteSet& set, std::string& out) {
  constexpr std::string_view kSpecial = "\\^$.|?*+()[]{}";
  constexpr std::string_view kSpecialInClass = "\\^-[]";
  if (set.count() == 1) return print_byte(set.next(0), kSpecial, out);
  out += '[';
  for (unsigned low = set.next(0); low < ByteSet::kEnd;) {
    const unsigned end = set.next_gap(low);
    print_byte(low, kSpecialInClass, out);
    if (end - low > 2) out += '-';
    if (end - low > 1) print_byte(end - 1, kSpecialInClass, out);
    low = set.next(end);
  }
  out += ']';
}

void print_count(const Node& node, std::string& out) {
  if (node.min == 0 && node.max == kUnbounded) {
    out += '*';
  } else if (node.min == 1 && node.max == kUnbounded) {
    out += '+';
  } else if (node.min == 0 && node.max == 1) {
    out += '?';
  } else {
    out += '{';
    out += std::to_string(node.min);
    if (node.max != node.min) out += ',';
    if (node.max != node.min && node.max != kUnbounded) out += std::to_string(node.max);
    out += '}';
  }
  if (node.lazy) out += '?';
}

}  // namespace

void print(const Node& node, std::string& out) {
  switch (node.kind) {
    case Node::Kind::bytes:
      print_set(node.set, out);
      break;
    case Node::Kind::sequence:
      for (const Node& child : node.children) print(child, out);
      break;
    case Node::Kind::alternation:
      for (std::string_view separator = "(?:"; const Node& child : node.children) {
        out += separator;
        print(child, out);
        separator = "|";
      }
      out += ')';
      break;
    case Node::Kind::repeat: {
      const Node& body = node.children.front();
      const bool wrap = body.kind != Node::Kind::bytes && body.kind != Node::Kind::alternation;
      if (wrap) out += "(?:";
      print(body, out);
      if (wrap) out += ')';
      print_count(node, out);
      break;
    }
    case Node::Kind::record_start:
      out += '^';
      break;
    case Node::Kind::record_end:
      out += '$';
      break;
    case Node::Kind::word_boundary:
      out += "\\b";
      break;
    case Node::Kind::not_word_boundary:
      out += "\\B";
      break;
  }
}

}  // namespace piiscrub::regex
