#include "engine/store/definition_json.hpp"

#include "engine/store/store_failure.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/json_cursor.hpp>
#include <dynamo/value/json_writer.hpp>

#include <chrono>
#include <cstdint>
#include <type_traits>

namespace dynamo::engine::store {
namespace {

using detail::append_json_key;
using detail::append_json_number;
using detail::append_json_text;
using detail::json_cursor;
using std::chrono::milliseconds;

template <class Enum>
void append_enumerator(std::string& out, std::string_view name, Enum value) {
  append_json_number(out, name, static_cast<std::uint64_t>(value));
}

void append_attribute(std::string& out, std::string_view name, const key_attribute& attribute) {
  append_json_key(out, name);
  out += '{';
  append_json_text(out, "name", attribute.name);
  append_enumerator(out, "type", attribute.type);
  out += '}';
}

void append_schema(std::string& out, const key_schema& key) {
  append_json_key(out, "key");
  out += '{';
  append_attribute(out, "partition", key.partition_key);
  if (key.sort_key) append_attribute(out, "sort", *key.sort_key);
  out += '}';
}

void append_throughput(std::string& out, const std::optional<provisioned_throughput>& units) {
  if (!units) return;
  append_json_key(out, "throughput");
  out += '{';
  append_json_number(out, "read", units->read_units);
  append_json_number(out, "write", units->write_units);
  out += '}';
}

void append_flag(std::string& out, std::string_view name, bool value) {
  append_json_key(out, name);
  out += value ? "true" : "false";
}

void append_index(std::string& out, const table_index& index) {
  out += '{';
  append_json_text(out, "name", index.name);
  append_flag(out, "global", index.global);
  append_schema(out, index.key);
  append_enumerator(out, "projection", index.projection);
  append_json_key(out, "included");
  out += '[';
  for (const std::string& name : index.included) {
    if (out.back() != '[') out += ',';
    detail::append_json_string(out, name);
  }
  out += ']';
  append_throughput(out, index.throughput);
  append_json_number(out, "rows", index.rows);
  out += '}';
}

// Each function returns false if the text does not have the expected form.
class reader {
 public:
  explicit reader(const char* at) : cursor_(at) {}

  bool read(table_definition& out) {
    return cursor_.object([&](const detail::raw_string& member) {
      const std::string_view name = member.text;
      if (name == "name") return text(out.name);
      if (name == "id") return text(out.id);
      if (name == "key") return schema(out.key);
      if (name == "indexes")
        return cursor_.array([&] { return index(out.indexes.emplace_back()); });
      if (name == "throughput") return throughput(out.throughput.emplace());
      if (name == "stream") {
        return enumerator(out.stream.emplace(), stream_view::new_and_old_images);
      }
      if (name == "stream_label") return text(out.stream_label);
      if (name == "time_to_live") return text(out.time_to_live);
      if (name == "deletion_protection") return cursor_.boolean(out.deletion_protection);
      if (name == "created") return time(out.created);
      if (name == "rows") return cursor_.unsigned_integer(out.rows);
      if (name == "stream_rows") return cursor_.unsigned_integer(out.stream_rows);
      return false;
    });
  }
  bool at_end() { return cursor_.peek() == '\0'; }

 private:
  bool text(std::string& out) {
    detail::raw_string raw;
    return cursor_.string(raw) && detail::text_of(raw, out);
  }
  template <class Enum>
  bool enumerator(Enum& out, Enum last) {
    std::uint64_t number = 0;
    if (!cursor_.unsigned_integer(number) || number > static_cast<std::uint64_t>(last)) {
      return false;
    }
    out = static_cast<Enum>(number);
    return true;
  }
  bool time(std::chrono::system_clock::time_point& out) {
    std::uint64_t since_1970 = 0;
    if (!cursor_.unsigned_integer(since_1970)) return false;
    out =
        std::chrono::system_clock::time_point(milliseconds(static_cast<std::int64_t>(since_1970)));
    return true;
  }
  bool attribute(key_attribute& out) {
    return cursor_.object([&](const detail::raw_string& member) {
      if (member.text == "name") return text(out.name);
      return member.text == "type" && enumerator(out.type, key_type::binary);
    });
  }
  bool schema(key_schema& out) {
    return cursor_.object([&](const detail::raw_string& member) {
      if (member.text == "partition") return attribute(out.partition_key);
      return member.text == "sort" && attribute(out.sort_key.emplace());
    });
  }
  bool throughput(provisioned_throughput& out) {
    return cursor_.object([&](const detail::raw_string& member) {
      if (member.text == "read") return cursor_.unsigned_integer(out.read_units);
      return member.text == "write" && cursor_.unsigned_integer(out.write_units);
    });
  }
  bool index(table_index& out) {
    return cursor_.object([&](const detail::raw_string& member) {
      const std::string_view name = member.text;
      if (name == "name") return text(out.name);
      if (name == "global") return cursor_.boolean(out.global);
      if (name == "key") return schema(out.key);
      if (name == "projection") return enumerator(out.projection, index_projection::include);
      if (name == "included")
        return cursor_.array([&] { return text(out.included.emplace_back()); });
      if (name == "throughput") return throughput(out.throughput.emplace());
      return name == "rows" && cursor_.unsigned_integer(out.rows);
    });
  }

  json_cursor cursor_;
};

}  // namespace

std::string to_json(const table_definition& table) {
  std::string out = "{";
  append_json_text(out, "name", table.name);
  append_json_text(out, "id", table.id);
  append_schema(out, table.key);
  append_json_key(out, "indexes");
  out += '[';
  for (const table_index& index : table.indexes) {
    if (out.back() != '[') out += ',';
    append_index(out, index);
  }
  out += ']';
  append_throughput(out, table.throughput);
  if (table.stream) append_enumerator(out, "stream", *table.stream);
  append_json_text(out, "stream_label", table.stream_label);
  append_json_text(out, "time_to_live", table.time_to_live);
  append_flag(out, "deletion_protection", table.deletion_protection);
  const auto created =
      std::chrono::duration_cast<milliseconds>(table.created.time_since_epoch()).count();
  append_json_number(out, "created", static_cast<std::uint64_t>(created));
  append_json_number(out, "rows", table.rows);
  append_json_number(out, "stream_rows", table.stream_rows);
  out += '}';
  return out;
}

table_definition definition_from(std::string_view json, const std::string& database) {
  const body_buffer padded(json);
  table_definition table;
  reader from(json.empty() ? "" : padded.data());
  if (json.empty() || !from.read(table) || !from.at_end()) {
    throw store_failure(
        "the database '" + database +
        "' is damaged: the definition of a table cannot be read; keep the file, and restore it "
        "from a backup");
  }
  return table;
}

}  // namespace dynamo::engine::store
