// Text as the JSON cursor wants it, in a block that ends where the contract ends.
#pragma once

#include <dynamo/value/decode_context.hpp>
#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/mapping.hpp>

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace dynamo::test {

/// A copy of a text and 64 zero bytes in a heap block of exactly that size, so that the address
/// sanitizer sees a read beyond them.
class padded_text {
 public:
  explicit padded_text(std::string_view text) : block_(new char[text.size() + 64]) {
    if (!text.empty()) std::memcpy(block_.get(), text.data(), text.size());
    std::memset(block_.get() + text.size(), 0, 64);
  }
  [[nodiscard]] detail::json_cursor begin() const { return detail::json_cursor(block_.get()); }

 private:
  std::unique_ptr<char[]> block_;
};

/// One text with all that decoding it takes; views into it live as long as this.
struct decoding {
  explicit decoding(std::string_view text) : page(text), context(page.begin(), memory) {}

  /// The fault's sentence, with its kind: "invalid_value: ...".
  [[nodiscard]] std::string fault() {
    const error taken = context.take_error("");
    return std::string(to_string(taken.kind)) + ": " + taken.message;
  }

  padded_text page;
  detail::arena memory;
  detail::decode_context context;
};

/// Decodes a mapped struct; returns the fault's sentence, empty if there is none.
template <class T>
std::string decode_into(T& out, std::string_view text) {
  decoding run(text);
  if (!detail::object_codec<T>::decode(run.context, out)) return run.fault();
  return run.context.cursor.peek() == '\0' ? "" : "stopped before the end";
}

/// Why `text` is not an item; empty if it is one.
inline std::string item_fault(std::string_view text) {
  decoding run(text);
  detail::item_parser parser;
  item parsed;
  return parser.parse(run.context, parsed) ? "" : run.fault();
}

}  // namespace dynamo::test
