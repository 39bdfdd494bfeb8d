// Pages: what is found in a hurry, from the end of the body, must be what a reader of all of it
// finds, for every page whose items can be read.
#include <dynamo/model/page.hpp>
#include <dynamo/scan/page_reader.hpp>
#include <dynamo/scan/raw_items.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using dynamo::detail::json_cursor;
using dynamo::detail::raw_string;

void require(bool holds) {
  if (!holds) std::abort();
}

// The key as a reader of the whole body sees it; of several, the last.
std::string key_in(std::string_view body) {
  const dynamo::body_buffer padded(body);
  json_cursor cursor(padded.data());
  std::string key;
  const bool whole = cursor.object([&](const raw_string& name) {
    cursor.skip_space();
    const char* const begin = cursor.position();
    if (!cursor.skip_value()) return false;
    if (name.text == "LastEvaluatedKey") key.assign(begin, cursor.position());
    return true;
  });
  require(whole);
  return key.find_first_not_of("{} \n\r\t") == std::string::npos ? std::string() : key;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto opened = dynamo::page::open(dynamo::body_buffer(text));
  if (!opened) return 0;

  dynamo::detail::arena memory;
  dynamo::detail::page_reader<dynamo::item> reader(memory);
  reader.open(*opened);
  dynamo::item item;
  std::uint64_t items = 0;
  for (;;) {
    const auto more = reader.next(item, "fuzz");
    if (!more) return 0;
    if (!*more) break;
    ++items;
  }
  require(items == opened->count() || opened->items_begin() == nullptr);
  require(std::string(opened->last_evaluated_key()) == key_in(text));

  dynamo::raw_items slices(*opened);
  std::string_view slice;
  for (std::uint64_t i = 0; i < items; ++i) require(slices.next(slice));
  require(!slices.next(slice));
  return 0;
}
