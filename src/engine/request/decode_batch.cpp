// BatchGetItem and BatchWriteItem.
#include "engine/refusal.hpp"
#include "engine/request/decode.hpp"
#include "engine/request/members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace dynamo::engine {
namespace {

constexpr std::size_t most_writes = 25;

// The members other than RequestItems.
struct batch_members {
  std::optional<std::string> capacity{};
  std::optional<std::string> collection_metrics{};
};

// Reads a batch; calls `tables(name)` at the value of each table.
template <class Tables>
bool read_batch(const body_buffer& request, batch_members& out, Tables&& tables) {
  bool any = false;
  json_reader in(request);
  in.body([&](std::string_view member) {
    if (member == "RequestItems") {
      any = true;
      in.object([&](std::string_view name) { tables(in, std::string(name)); });
    } else if (member == "ReturnConsumedCapacity") {
      out.capacity = in.text();
    } else if (member == "ReturnItemCollectionMetrics") {
      out.collection_metrics = in.text();
    } else {
      in.skip();
    }
  });
  return any;
}

// If there are more tables than a request may have entries, one extra is kept, so that it is
// noticed.
template <class Tables>
void keep(Tables& tables, std::size_t most, std::string name,
          typename Tables::mapped_type&& wanted) {
  if (tables.size() > most && !tables.contains(name)) return;
  tables.insert_or_assign(std::move(name), std::move(wanted));
}

template <class Tables>
void check_tables(bool any, const Tables& tables, constraints& rules) {
  if (!any) return rules.missing("requestItems");
  if (tables.empty()) {
    rules.broken("{}", "requestItems", "Member must have length greater than or equal to 1");
  }
  for (const auto& [name, wanted] : tables) {
    const std::string table = bare_table_name(name);
    rules.table_name(table, "requestItems");
    // Refused here: otherwise each violation in the table's entries would repeat the place.
    if (table.size() > max_table_name) rules.check();
  }
}

struct read_entry {
  bool put_given = false;
  bool delete_given = false;
  std::optional<item_to_put> item{};
  std::optional<read_attributes> key{};
};

// Reads the member `member` of an object and skips all others.
template <class Read>
auto read_within(json_reader& in, std::string_view member, Read read) {
  std::optional<decltype(read(in))> out;
  in.object_without_nulls([&](std::string_view name) {
    if (name == member) {
      out = read(in);
    } else {
      in.skip();
    }
  });
  return out;
}

read_entry read_write_entry(json_reader& in, item_to_put_reader& items) {
  read_entry out;
  if (in.null()) return out;
  in.object_without_nulls([&](std::string_view name) {
    if (name == "PutRequest") {
      out.put_given = true;
      out.item = read_within(in, "Item", [&](json_reader& at) { return items.read(at); });
    } else if (name == "DeleteRequest") {
      out.delete_given = true;
      out.key = read_within(in, "Key", read_item);
    } else {
      in.skip();
    }
  });
  return out;
}

void check_entry(const read_entry& entry, constraints& rules) {
  if (entry.put_given && !entry.item) rules.missing("putRequest.item");
  if (entry.delete_given && !entry.key) rules.missing("deleteRequest.key");
}

std::variant<batch_put, batch_delete> take_entry(read_entry& entry) {
  if (entry.item && entry.key) {
    refuse_invalid(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
        "supported datatypes");
  }
  if (entry.item) return batch_put{(*std::move(entry.item)).take()};
  if (entry.key) return batch_delete{(*std::move(entry.key)).take()};
  refuse_invalid(
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
}

batch_get_keys take_keys(const std::string& table, members& of) {
  batch_get_keys out;
  out.table = bare_table_name(table);
  if (!of.keys || of.keys->empty()) {
    refuse_invalid(
        fmt::format("The list of keys in RequestItems for BatchGetItem is required: {} has empty "
                    "list",
                    out.table));
  }
  check_expressions(of, projection_alone);
  for (read_attributes& key : *of.keys) {
    if (key.values.empty()) {
      refuse_invalid(
          fmt::format("The list of keys in RequestItems for BatchGetItem may not contain null or "
                      "empty values: {} has one or more empty keys",
                      out.table));
    }
    out.keys.push_back(std::move(key).take());
  }
  out.consistent = of.consistent.value_or(false);
  out.with = take_substitutions(of);
  out.projection = std::move(of.projection);
  return out;
}

// Otherwise, a table given both by name and by ARN would have two lists of one name in the
// response.
template <class Tables>
void require_new(const Tables& tables, const std::string& table) {
  const bool known =
      std::ranges::any_of(tables, [&](const auto& each) { return each.table == table; });
  if (known) refuse_invalid("RequestItems names the table " + table + " twice: once by its ARN");
}

}  // namespace

batch_write_call decode_batch_write(const body_buffer& request) {
  batch_members beside;
  // By name, since the last of several members with one name counts.
  std::map<std::string, std::vector<read_entry>> tables;
  item_to_put_reader items;
  const bool any = read_batch(request, beside, [&](json_reader& in, std::string name) {
    std::vector<read_entry> entries;
    if (!in.null()) {
      in.elements(entries, most_writes, [&] { return read_write_entry(in, items); });
    }
    keep(tables, most_writes, std::move(name), std::move(entries));
  });

  batch_write_call out;
  constraints rules;
  check_tables(any, tables, rules);
  out.capacity = capacity_of(beside.capacity, rules);
  out.collection_metrics = collection_metrics_of(beside.collection_metrics, rules);
  std::size_t count = 0;
  for (const auto& [name, entries] : tables) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      rules.set_place(fmt::format("requestItems.{}.member.{}.member.", name, i + 1));
      check_entry(entries[i], rules);
    }
    count += entries.size();
  }
  rules.check();
  for (auto& [name, entries] : tables) {
    if (entries.empty()) {
      refuse_invalid(fmt::format(
          "The batch write request list for a table cannot be null or empty: {}", name));
    }
  }
  if (count > most_writes) refuse_invalid("Too many items requested for the BatchWriteItem call");
  for (auto& [name, entries] : tables) {
    batch_write_entries taken{.table = bare_table_name(name)};
    require_new(out.tables, taken.table);
    for (read_entry& entry : entries) taken.entries.push_back(take_entry(entry));
    out.tables.push_back(std::move(taken));
  }
  return out;
}

batch_get_call decode_batch_get(const body_buffer& request) {
  batch_members beside;
  std::map<std::string, members> tables;
  const bool any = read_batch(request, beside, [&](json_reader& in, std::string name) {
    members wanted;
    if (!in.null()) wanted = read_members(in, member_owner::batch_keys);
    keep(tables, max_batch_keys, std::move(name), std::move(wanted));
  });

  batch_get_call out;
  constraints rules;
  check_tables(any, tables, rules);
  out.capacity = capacity_of(beside.capacity, rules);
  rules.check();
  std::size_t count = 0;
  for (const auto& [name, wanted] : tables) count += wanted.keys ? wanted.keys->size() : 0;
  if (count > max_batch_keys) refuse_invalid("Too many items requested for the BatchGetItem call");
  for (auto& [name, wanted] : tables) {
    batch_get_keys taken = take_keys(name, wanted);
    require_new(out.tables, taken.table);
    out.tables.push_back(std::move(taken));
  }
  return out;
}

}  // namespace dynamo::engine
