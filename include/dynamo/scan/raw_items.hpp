// The items of a page as the service sent them: found, not decoded.
#pragma once

#include <dynamo/scan/page_reader.hpp>

#include <string>
#include <string_view>

namespace dynamo {

/// Walks over the items of one page as slices of DynamoDB JSON: several times faster than decoding,
/// for whoever passes items on as they are. Checks that items are objects, that their brackets and
/// strings end, and that there are as many as the service counted; not what is inside. The page
/// must outlive the walk and the slices. Not thread-safe.
class raw_items {
 public:
  /// `table` is for errors.
  explicit raw_items(const page& of, std::string table = {})
      : page_(&of), table_(std::move(table)), walk_(of) {}

  /// The next item into `out`: true, or false at the end. errc::invalid_response if the page is not
  /// what it says; the items before it were delivered then.
  result<bool> try_next(std::string_view& out);
  bool next(std::string_view& out) { return try_next(out).value(); }

 private:
  const page* page_;
  std::string table_;
  detail::item_walk walk_;
};

}  // namespace dynamo
