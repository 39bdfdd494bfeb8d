#include "engine/operation/batch_response.hpp"
#include "engine/operation/item_read.hpp"
#include "engine/operation/operations.hpp"
#include "engine/refusal.hpp"

#include <dynamo/value/json_writer.hpp>

#include <algorithm>
#include <vector>

namespace dynamo::engine {
namespace {

constexpr std::uint64_t largest_answer = 16 * 1024 * 1024;

// The keys requested from one table, and the table.
struct table_read {
  const batch_get_keys* wanted = nullptr;
  item_shape shape;
  std::shared_ptr<const table_definition> table{};
  std::vector<std::string> keys{};
  std::vector<const owned_item*> unprocessed{};
  consumption consumed;

  explicit table_read(const batch_get_keys& of)
      : wanted(&of), shape(of.projection, of.with), consumed(of.table) {}
};

void locate(table_read& each, const snapshot& in) {
  each.table = require_table(in, each.wanted->table);
  each.shape.check_paths(*each.table);
  for (const owned_item& key : each.wanted->keys) {
    each.keys.push_back(checked_row_key(*each.table, key));
  }
  std::vector<std::string_view> sorted(each.keys.begin(), each.keys.end());
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) != sorted.end()) {
    refuse_invalid("Provided list of item keys contains duplicates");
  }
}

void append_unprocessed(std::string& out, const table_read& of) {
  out += '{';
  detail::append_json_key(out, "Keys");
  append_json_list(out, of.unprocessed, [&](const owned_item* key) { append_json(out, *key); });
  if (of.wanted->projection) {
    detail::append_json_text(out, "ProjectionExpression", *of.wanted->projection);
  }
  if (of.wanted->with.names) {
    detail::append_json_key(out, "ExpressionAttributeNames");
    out += '{';
    for (const auto& [name, value] : *of.wanted->with.names) {
      detail::append_json_text(out, name, value);
    }
    out += '}';
  }
  if (of.wanted->consistent) {
    detail::append_json_key(out, "ConsistentRead");
    out += "true";
  }
  out += '}';
}

}  // namespace

void batch_get(operation_context& with, const batch_get_call& call, body_buffer& answer) {
  std::vector<table_read> reads;
  reads.reserve(call.tables.size());
  for (const batch_get_keys& each : call.tables) reads.emplace_back(each);
  batch_progress progress(with);
  std::uint64_t size = 0;
  std::string out = "{\"Responses\":{";
  with.store.read([&](const snapshot& in) {
    for (table_read& each : reads) locate(each, in);
    for (table_read& each : reads) {
      const read_kind kind = read_kind_of(each.wanted->consistent);
      detail::append_json_key(out, each.wanted->table);
      out += '[';
      for (std::size_t i = 0; i < each.keys.size(); ++i) {
        const auto admitted = [&] {
          return size < largest_answer &&
                 progress.admits([&](throttle& limits) { limits.require_reads(*each.table); });
        };
        std::optional<stored_item> found;
        bool read = admitted();
        if (read) {
          found = in.find(each.table->rows, each.keys[i]);
          // The first item is always returned: no item is larger than a response may be.
          read = !found || size + found->size() <= largest_answer;
        }
        if (!read) {
          each.unprocessed.push_back(&each.wanted->keys[i]);
          continue;
        }
        consumption cost(each.wanted->table);
        cost.add(read_units(found, kind));
        each.consumed += cost;
        if (with.limits != nullptr) with.limits->spend_reads(*each.table, cost);
        if (!found) continue;
        size += found->size();
        if (out.back() != '[') out += ',';
        each.shape.append(out, *found);
      }
      out += ']';
    }
  });
  progress.require_any();
  out += '}';
  detail::append_json_key(out, "UnprocessedKeys");
  out += '{';
  for (const table_read& each : reads) {
    if (each.unprocessed.empty()) continue;
    detail::append_json_key(out, each.wanted->table);
    append_unprocessed(out, each);
  }
  out += '}';
  if (call.capacity != returned_capacity::none) {
    detail::append_json_key(out, "ConsumedCapacity");
    append_json_list(out, reads,
                     [&](const table_read& each) { each.consumed.append(out, call.capacity); });
  }
  out += '}';
  answer.append(out);
}

}  // namespace dynamo::engine
