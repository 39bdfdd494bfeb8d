// Checkpoints: the parser takes any bytes, and what it takes is written as it was read. The digest
// would keep the fuzzer out: an input is tried as it is, and as the members of a text whose digest
// is right.
#include "auth/sha256.hpp"
#include "scan/checkpoint.hpp"

#include <dynamo/value/item_parser.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void read(std::string_view text) {
  const auto parsed = dynamo::scan::parse_checkpoint(text, "fuzz");
  if (!parsed) return;
  require(parsed->segments.size() == parsed->of.segments);
  for (const auto& each : parsed->segments) {
    const auto& position = each.position;
    require(position.start_key.empty() || !position.complete);
    // What becomes a part of a request is an object of attributes, and nothing else.
    require(position.start_key.empty() || dynamo::try_parse_json(position.start_key));
  }
  // A scan of a million segments is tried by tests; here it would only be slow.
  if (parsed->of.segments > 1000) return;
  const std::string written = dynamo::scan::to_text(*parsed);
  const auto again = dynamo::scan::parse_checkpoint(written, "fuzz");
  require(again.has_value());
  require(*again == *parsed);
  require(dynamo::scan::to_text(*again) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read(text);
  read(R"({"format":"dynamo-checkpoint","version":1,"sha256":")" + dynamo::auth::sha256_hex(text) +
       "\"," + std::string(text));
  return 0;
}
