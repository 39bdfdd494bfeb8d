#include "engine/operation/batch_response.hpp"
#include "engine/operation/collection_metrics.hpp"
#include "engine/operation/item_write.hpp"
#include "engine/operation/operations.hpp"

#include <dynamo/value/json_writer.hpp>

#include <algorithm>
#include <deque>
#include <vector>

namespace dynamo::engine {
namespace {

using batch_entry = std::variant<batch_put, batch_delete>;

struct entry_write {
  const batch_entry* asked = nullptr;
  item_write write;
  bool processed = false;

  template <class Entry>
  entry_write(const std::string& table, const batch_entry& of, const Entry& entry)
      : asked(&of), write(table, entry) {}
};

void locate_all(const snapshot& in, std::deque<entry_write>& writes) {
  std::shared_ptr<const table_definition> table;
  for (entry_write& each : writes) {
    const std::string& name = each.write.table_name();
    if (!table || table->name != name) table = require_table(in, name);
    each.write.locate(table);
  }
}

// In key order, which is the storage order: so a batch touches each page once.
std::vector<entry_write*> in_key_order(std::deque<entry_write>& writes) {
  std::vector<entry_write*> sorted;
  sorted.reserve(writes.size());
  for (entry_write& each : writes) sorted.push_back(&each);
  const auto place = [](const entry_write* of) {
    return std::pair(of->write.table().rows, std::string_view(of->write.key()));
  };
  std::ranges::sort(sorted, {}, place);
  if (std::ranges::adjacent_find(sorted, {}, place) != sorted.end()) {
    refuse_invalid("Provided list of item keys contains duplicates");
  }
  return sorted;
}

void append_entry(std::string& out, const batch_entry& of) {
  if (const auto* const put = std::get_if<batch_put>(&of)) {
    out += R"({"PutRequest":{"Item":)";
    out += put->item.json();
  } else {
    out += R"({"DeleteRequest":{"Key":)";
    append_json(out, std::get<batch_delete>(of).key);
  }
  out += "}}";
}

void append_unprocessed(std::string& out, const batch_write_call& call,
                        const std::deque<entry_write>& writes) {
  detail::append_json_key(out, "UnprocessedItems");
  out += '{';
  for (const batch_write_entries& table : call.tables) {
    std::vector<const batch_entry*> left;
    for (const entry_write& each : writes) {
      if (!each.processed && &each.write.table_name() == &table.table) left.push_back(each.asked);
    }
    if (left.empty()) continue;
    detail::append_json_key(out, table.table);
    append_json_list(out, left, [&](const batch_entry* each) { append_entry(out, *each); });
  }
  out += '}';
}

// ItemCollectionMetrics: each collection once; nothing if no table has any.
void append_metrics(std::string& out, const snapshot& in, const std::deque<entry_write>& writes) {
  collection_metrics all;
  for (const entry_write& each : writes) {
    if (each.processed) all.note(in, each.write.table(), each.write.key_item());
  }
  all.append(out);
}

}  // namespace

void batch_write(operation_context& with, const batch_write_call& call, body_buffer& answer) {
  std::deque<entry_write> writes;
  std::vector<consumption> consumed;
  for (const batch_write_entries& table : call.tables) {
    add_to(consumed, consumption(table.table));
    for (const batch_entry& each : table.entries) {
      std::visit([&](const auto& entry) { writes.emplace_back(table.table, each, entry); }, each);
    }
  }
  batch_progress progress(with);
  std::string out = "{";
  with.store.write_decided([&](transaction& in) {
    locate_all(in, writes);
    for (entry_write* const each : in_key_order(writes)) {
      item_write& write = each->write;
      each->processed =
          progress.admits([&](throttle& limits) { limits.require_writes(write.table()); });
      if (!each->processed) continue;
      write.decide(in);
      if (call.capacity != returned_capacity::none || with.limits != nullptr) {
        consumption cost(write.table_name());
        cost.add_write(write.table(), write.before(), write.after(), write_kind::standard);
        if (with.limits != nullptr) with.limits->spend_writes(write.table(), cost);
        add_to(consumed, cost);
      }
      write.carry_out(in);
      write.undo();
    }
    progress.require_any();
  });
  append_unprocessed(out, call, writes);
  // After the write: measuring reads whole collections, and other writers must not wait for it.
  if (call.collection_metrics) {
    with.store.read([&](const snapshot& in) { append_metrics(out, in, writes); });
  }
  if (call.capacity != returned_capacity::none) {
    detail::append_json_key(out, "ConsumedCapacity");
    append_json_list(out, consumed,
                     [&](const consumption& each) { each.append(out, call.capacity); });
  }
  out += '}';
  answer.append(out);
}

}  // namespace dynamo::engine
