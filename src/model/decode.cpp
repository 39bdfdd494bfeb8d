#include "model/decode.hpp"

#include <dynamo/value/item_parser.hpp>

#include <string_view>

namespace dynamo::model {
namespace {

using detail::json_cursor;
using detail::raw_string;

error malformed(std::string_view what) {
  error failure;
  failure.kind = errc::invalid_response;
  failure.message = "the response is malformed: " + std::string(what);
  return failure;
}

// Reads the body's top-level object: `member(key, cursor)` reads one value. False if malformed.
template <class Member>
bool read_object(const body_buffer& body, Member member) {
  if (body.size() == 0) return false;
  json_cursor cursor(body.data());
  const bool whole = cursor.object([&](const raw_string& key) { return member(key.text, cursor); });
  cursor.skip_space();
  return whole && cursor.position() == body.data() + body.size();
}

bool read_text(json_cursor& cursor, std::string& out) {
  raw_string raw;
  return cursor.string(raw) && detail::text_of(raw, out);
}

// The JSON text of one value.
bool read_raw(json_cursor& cursor, std::string& out) {
  cursor.skip_space();
  const char* const begin = cursor.position();
  if (!cursor.skip_value()) return false;
  out.assign(begin, cursor.position());
  return true;
}

bool read_raw_array(json_cursor& cursor, std::vector<std::string>& out) {
  return cursor.array([&] { return read_raw(cursor, out.emplace_back()); });
}

table_status status_of(std::string_view text) {
  if (text == "CREATING") return table_status::creating;
  if (text == "UPDATING") return table_status::updating;
  if (text == "DELETING") return table_status::deleting;
  if (text == "ACTIVE") return table_status::active;
  return table_status::other;
}

bool read_schema(json_cursor& cursor, key_schema& out) {
  return cursor.array([&] {
    std::string name;
    std::string role;
    const bool whole = cursor.object([&](const raw_string& key) {
      if (key.text == "AttributeName") return read_text(cursor, name);
      if (key.text == "KeyType") return read_text(cursor, role);
      return cursor.skip_value();
    });
    if (role == "RANGE") {
      out.sort_key = key_attribute{.name = name};
    } else {
      out.partition_key.name = name;
    }
    return whole;
  });
}

bool read_definitions(json_cursor& cursor, std::map<std::string, key_type>& out) {
  return cursor.array([&] {
    std::string name;
    std::string type;
    const bool whole = cursor.object([&](const raw_string& key) {
      if (key.text == "AttributeName") return read_text(cursor, name);
      if (key.text == "AttributeType") return read_text(cursor, type);
      return cursor.skip_value();
    });
    out[name] = type == "N" ? key_type::number : type == "B" ? key_type::binary : key_type::string;
    return whole;
  });
}

bool read_index(json_cursor& cursor, index_description& out) {
  return cursor.object([&](const raw_string& key) {
    if (key.text == "IndexName") return read_text(cursor, out.name);
    if (key.text == "KeySchema") return read_schema(cursor, out.key);
    if (key.text == "ItemCount") return cursor.unsigned_integer(out.item_count);
    if (key.text == "IndexSizeBytes") return cursor.unsigned_integer(out.size_bytes);
    if (key.text == "IndexStatus") {
      std::string status;
      const bool read = read_text(cursor, status);
      out.status = status_of(status);
      return read;
    }
    return cursor.skip_value();
  });
}

bool read_indexes(json_cursor& cursor, bool global, std::vector<index_description>& out) {
  return cursor.array([&] {
    index_description& index = out.emplace_back();
    index.global = global;
    return read_index(cursor, index);
  });
}

bool read_throughput(json_cursor& cursor, std::optional<provisioned_throughput>& out) {
  provisioned_throughput units;
  const bool whole = cursor.object([&](const raw_string& key) {
    if (key.text == "ReadCapacityUnits") return cursor.unsigned_integer(units.read_units);
    if (key.text == "WriteCapacityUnits") return cursor.unsigned_integer(units.write_units);
    return cursor.skip_value();
  });
  // A table that is paid per request is described with units of zero.
  if (units.read_units != 0 || units.write_units != 0) out = units;
  return whole;
}

bool read_stream(json_cursor& cursor, std::optional<stream_view>& out) {
  return cursor.object([&](const raw_string& key) {
    if (key.text != "StreamViewType") return cursor.skip_value();
    std::string view;
    const bool read = read_text(cursor, view);
    for (const auto each : {stream_view::keys_only, stream_view::new_image, stream_view::old_image,
                            stream_view::new_and_old_images}) {
      if (to_string(each) == view) out = each;
    }
    return read;
  });
}

void apply_types(key_schema& key, const std::map<std::string, key_type>& types) {
  auto apply = [&](key_attribute& attribute) {
    if (const auto found = types.find(attribute.name); found != types.end()) {
      attribute.type = found->second;
    }
  };
  apply(key.partition_key);
  if (key.sort_key) apply(*key.sort_key);
}

bool read_table(json_cursor& cursor, table_description& out) {
  std::map<std::string, key_type> types;
  const bool whole = cursor.object([&](const raw_string& key) {
    if (key.text == "TableName") return read_text(cursor, out.name);
    if (key.text == "TableArn") return read_text(cursor, out.arn);
    if (key.text == "TableStatus") return read_text(cursor, out.status_text);
    if (key.text == "KeySchema") return read_schema(cursor, out.key);
    if (key.text == "AttributeDefinitions") return read_definitions(cursor, types);
    if (key.text == "ItemCount") return cursor.unsigned_integer(out.item_count);
    if (key.text == "TableSizeBytes") return cursor.unsigned_integer(out.size_bytes);
    if (key.text == "LatestStreamArn") return read_text(cursor, out.latest_stream_arn);
    if (key.text == "GlobalSecondaryIndexes") return read_indexes(cursor, true, out.indexes);
    if (key.text == "LocalSecondaryIndexes") return read_indexes(cursor, false, out.indexes);
    if (key.text == "ProvisionedThroughput") return read_throughput(cursor, out.throughput);
    if (key.text == "StreamSpecification") return read_stream(cursor, out.stream);
    if (key.text == "CreationDateTime") {
      double seconds = 0;
      // What lies beyond a few thousand years would not fit into a time point.
      if (!cursor.floating(seconds) || seconds < 0 || seconds > 9e9) return false;
      out.created = std::chrono::system_clock::time_point(
          std::chrono::duration_cast<std::chrono::system_clock::duration>(
              std::chrono::duration<double>(seconds)));
      return true;
    }
    return cursor.skip_value();
  });
  out.status = status_of(out.status_text);
  apply_types(out.key, types);
  for (index_description& index : out.indexes) apply_types(index.key, types);
  return whole;
}

}  // namespace

result<void> decode_acknowledgement(const body_buffer& body) {
  const bool whole =
      read_object(body, [](std::string_view, json_cursor& cursor) { return cursor.skip_value(); });
  if (!whole) return malformed("expected an object");
  return {};
}

result<table_names> decode_list_tables(const body_buffer& body) {
  table_names out;
  bool seen = false;
  const bool whole = read_object(body, [&](std::string_view key, json_cursor& cursor) {
    if (key == "TableNames") {
      seen = true;
      return cursor.array([&] { return read_text(cursor, out.names.emplace_back()); });
    }
    if (key == "LastEvaluatedTableName") return read_text(cursor, out.next.emplace());
    return cursor.skip_value();
  });
  if (!whole || !seen) return malformed("expected a list of table names");
  return out;
}

result<table_description> decode_table(const body_buffer& body) {
  table_description out;
  bool seen = false;
  const bool whole = read_object(body, [&](std::string_view key, json_cursor& cursor) {
    if (key != "Table" && key != "TableDescription") return cursor.skip_value();
    seen = true;
    return read_table(cursor, out);
  });
  if (!whole || !seen || out.name.empty()) return malformed("expected a table's description");
  return out;
}

result<std::optional<std::string>> decode_item_text(const body_buffer& body,
                                                    std::string_view name) {
  std::optional<std::string> text;
  const bool whole = read_object(body, [&](std::string_view key, json_cursor& cursor) {
    return key == name ? read_raw(cursor, text.emplace()) : cursor.skip_value();
  });
  if (!whole) return malformed("expected an object with an item");
  return text;
}

result<std::optional<owned_item>> decode_item(const body_buffer& body, std::string_view name) {
  auto text = decode_item_text(body, name);
  if (!text) return std::move(text).error();
  if (!*text) return std::optional<owned_item>();
  auto item = try_parse_json(**text);
  if (!item) return std::move(item).error();
  return std::optional<owned_item>(*std::move(item));
}

result<unprocessed> decode_batch_write(const body_buffer& body) {
  unprocessed out;
  const bool whole = read_object(body, [&](std::string_view key, json_cursor& cursor) {
    if (key != "UnprocessedItems") return cursor.skip_value();
    return cursor.object([&](const raw_string& table) {
      std::string name;
      return detail::text_of(table, name) && read_raw_array(cursor, out.by_table[name]);
    });
  });
  if (!whole) return malformed("expected unprocessed items by table");
  return out;
}

result<write_request> decode_write(const std::string& table, std::string_view entry) {
  std::optional<write_request> out;
  const body_buffer padded(entry);
  const bool whole = read_object(padded, [&](std::string_view kind, json_cursor& cursor) {
    const bool is_put = kind == "PutRequest";
    if (!is_put && kind != "DeleteRequest") return cursor.skip_value();
    return cursor.object([&](const raw_string& member) {
      if (member.text != (is_put ? "Item" : "Key")) return cursor.skip_value();
      std::string text;
      if (!read_raw(cursor, text)) return false;
      encoded_item item = encoded_item::from_json(std::move(text));
      if (is_put)
        out = put_request{table, std::move(item)};
      else
        out = delete_request{table, std::move(item)};
      return true;
    });
  });
  if (!whole || !out) return malformed("expected a put or a delete of a batch");
  return *std::move(out);
}

result<batch_items> decode_batch_get(const body_buffer& body) {
  batch_items out;
  bool seen = false;
  std::optional<error> item_error;
  const bool whole = read_object(body, [&](std::string_view key, json_cursor& cursor) {
    if (key == "Responses") {
      seen = true;
      return cursor.object([&](const raw_string&) {
        std::vector<std::string> texts;
        if (!read_raw_array(cursor, texts)) return false;
        for (const std::string& text : texts) {
          auto item = try_parse_json(text);
          if (!item) {
            item_error = std::move(item).error();
            return false;
          }
          out.items.push_back(*std::move(item));
        }
        return true;
      });
    }
    if (key == "UnprocessedKeys") {
      return cursor.object([&](const raw_string&) {
        return cursor.object([&](const raw_string& member) {
          return member.text == "Keys" ? read_raw_array(cursor, out.unprocessed_keys)
                                       : cursor.skip_value();
        });
      });
    }
    return cursor.skip_value();
  });
  if (item_error) return *std::move(item_error);
  if (!whole || !seen) return malformed("expected items by table");
  return out;
}

result<std::vector<std::optional<owned_item>>> decode_transact_get(const body_buffer& body,
                                                                   std::size_t wanted) {
  std::vector<std::optional<owned_item>> out;
  std::optional<error> item_error;
  const auto read_response = [&](json_cursor& cursor) {
    std::optional<std::string> text;
    const bool whole = cursor.object([&](const raw_string& member) {
      return member.text == "Item" ? read_raw(cursor, text.emplace()) : cursor.skip_value();
    });
    out.emplace_back();
    if (!whole || !text) return whole;
    auto item = try_parse_json(*text);
    if (item)
      out.back() = *std::move(item);
    else
      item_error = std::move(item).error();
    return !item_error;
  };
  const bool whole = read_object(body, [&](std::string_view key, json_cursor& cursor) {
    if (key != "Responses") return cursor.skip_value();
    return cursor.array([&] { return read_response(cursor); });
  });
  if (item_error) return *std::move(item_error);
  if (!whole || out.size() != wanted) return malformed("expected as many items as were asked for");
  return out;
}

}  // namespace dynamo::model
