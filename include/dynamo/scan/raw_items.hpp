// Raw items: the items of a page as the service sent them, not decoded.
#pragma once

#include <dynamo/scan/page_reader.hpp>

#include <string>
#include <string_view>

namespace dynamo {

/// Iterates over the items of one page as slices of DynamoDB JSON. Several times faster than
/// decoding, for programs that pass items on unchanged. Checks that items are objects, that their
/// brackets and strings are closed, and that there are as many as the service counted; does not
/// check their contents.
///
/// Thread safety: not thread-safe. Lifetime: the page must outlive this object and the slices.
class raw_items {
 public:
  /// `table` is the name used in errors.
  explicit raw_items(const page& of, std::string table = {})
      : page_(&of), table_(std::move(table)), walk_(of) {}

  /// Stores the next item in `out`. Returns true, or false at the end. Fails with
  /// errc::invalid_response if the page's items contradict its count; the items before the error
  /// were delivered.
  result<bool> try_next(std::string_view& out);
  bool next(std::string_view& out) { return try_next(out).value(); }

 private:
  const page* page_;
  std::string table_;
  detail::item_walk walk_;
};

}  // namespace dynamo
