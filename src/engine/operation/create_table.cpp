#include "engine/operation/table_description_json.hpp"
#include "engine/operation/table_operations.hpp"
#include "engine/refusal.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace dynamo::engine {
namespace {

// A UUID of version 4 (RFC 9562).
std::string new_id(random_source& random) {
  const auto bits = [&](int count) {
    return static_cast<std::uint64_t>(random.uniform() * std::ldexp(1.0, count));
  };
  const std::uint64_t variant = 0x8000U | bits(14);
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", bits(32), bits(16), bits(12), variant,
                     bits(48));
}

}  // namespace

void create_table(operation_context& with, const create_table_call& call, body_buffer& answer) {
  table_definition table = call.table;
  table.id = new_id(*with.options.random);
  table.created = std::chrono::floor<std::chrono::milliseconds>(with.options.time->wall_time());
  if (table.stream) table.stream_label = stream_label_of(table.created);
  std::string out = "{\"TableDescription\":";
  with.store.write([&](transaction& in) {
    if (in.find_table(table.name)) {
      throw refusal("ResourceInUseException", fmt::format("Table already exists: {}", table.name));
    }
    in.create_table(table);
    append_table_description(out, in, *in.find_table(table.name));
  });
  out += '}';
  answer.append(out);
}

}  // namespace dynamo::engine
