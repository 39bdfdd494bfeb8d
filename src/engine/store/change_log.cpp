#include "engine/store/change_log.hpp"

#include "engine/store/catalog.hpp"
#include "engine/store/definition_json.hpp"
#include "engine/store/index_entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace dynamo::engine {

std::string sequence_text(std::uint64_t sequence) {
  return fmt::format("1{:020}", sequence);
}

namespace store {
namespace {

// Negative before 1970.
std::int64_t milliseconds_of(log_time when) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count();
}

std::string keys_of(const table_definition& table, const stored_item& of) {
  std::string keys;
  append_members(keys, of.json(),
                 [&](std::string_view name) { return has_attribute(table.key, name); });
  return keys;
}

void bind_image(statement& to, int at, const stored_item* image) {
  if (image == nullptr) {
    to.bind_null(at);
  } else {
    to.bind_text(at, image->json());
  }
}

std::optional<std::string> image_in(const statement& found, int column) {
  if (found.is_null(column)) return std::nullopt;
  return std::string(found.bytes(column));
}

}  // namespace

void begin_stream(connection& on, const table_definition& table) {
  const std::string definition = to_json(table);
  const auto first = static_cast<std::uint64_t>(
      on.integer_of("SELECT value FROM counters WHERE name = 'sequence'"));
  on.prepare("INSERT INTO streams VALUES (?1, ?2, ?3, ?4, 1, ?5)")
      .bind(1, table.stream_rows)
      .bind_text(2, table.name)
      .bind_text(3, table.stream_label)
      .bind_text(4, definition)
      .bind(5, first)
      .run();
}

void end_stream(connection& on, row_set stream) {
  on.prepare("UPDATE streams SET enabled = 0 WHERE rows = ?1").bind(1, stream).run();
}

void append_change(connection& on, const table_definition& table, const stored_item* before,
                   const stored_item* after, change_origin by, log_time when) {
  const stream_view view = table.stream.value_or(stream_view::keys_only);
  const bool old_wanted = view == stream_view::old_image || view == stream_view::new_and_old_images;
  const bool new_wanted = view == stream_view::new_image || view == stream_view::new_and_old_images;
  const stored_item keys(keys_of(table, after != nullptr ? *after : *before));
  const stored_item* const old_image = old_wanted ? before : nullptr;
  const stored_item* const new_image = new_wanted ? after : nullptr;
  const change_kind kind = before == nullptr  ? change_kind::insert
                           : after == nullptr ? change_kind::remove
                                              : change_kind::modify;
  const std::uint64_t size = keys.size() + (old_image != nullptr ? old_image->size() : 0) +
                             (new_image != nullptr ? new_image->size() : 0);
  const std::uint64_t sequence = next_of(on, "sequence");
  statement insert = on.prepare("INSERT INTO changes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  insert.bind(1, table.stream_rows)
      .bind(2, sequence)
      .bind_signed(3, milliseconds_of(when))
      .bind(4, static_cast<std::uint64_t>(kind))
      .bind(5, static_cast<std::uint64_t>(by))
      .bind(6, size)
      .bind_text(7, keys.json());
  bind_image(insert, 8, old_image);
  bind_image(insert, 9, new_image);
  insert.run();
}

std::vector<change_stream> streams_of(connection& on) {
  statement found =
      on.prepare("SELECT rows, name, label, definition, enabled, first FROM streams ORDER BY rows");
  std::vector<change_stream> streams;
  while (found.step()) {
    const table_definition table = definition_from(found.bytes(3), on.name());
    streams.push_back({.rows = found.integer(0),
                       .table = std::string(found.bytes(1)),
                       .label = std::string(found.bytes(2)),
                       .view = table.stream.value_or(stream_view::keys_only),
                       .key = table.key,
                       .enabled = found.integer(4) != 0,
                       .first = found.integer(5)});
  }
  return streams;
}

std::vector<change_record> changes_of(connection& on, row_set stream, std::uint64_t after,
                                      std::size_t limit, std::uint64_t bytes) {
  // Sequence numbers stay below 2^63, the range of SQLite's integers.
  constexpr auto last = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  statement found = on.prepare(
      "SELECT sequence, created, kind, origin, size, keys, old_image, new_image FROM changes"
      " WHERE stream = ?1 AND sequence > ?2 ORDER BY sequence");
  found.bind(1, stream).bind(2, std::min(after, last));
  std::vector<change_record> records;
  std::uint64_t read = 0;
  while (records.size() < limit && (records.empty() || read < bytes) && found.step()) {
    const auto since_1970 = std::chrono::milliseconds(found.signed_integer(1));
    records.push_back({.sequence = found.integer(0),
                       .kind = static_cast<change_kind>(found.integer(2)),
                       .by = static_cast<change_origin>(found.integer(3)),
                       .created = log_time(since_1970),
                       .keys = std::string(found.bytes(5)),
                       .old_image = image_in(found, 6),
                       .new_image = image_in(found, 7),
                       .size = found.integer(4)});
    read += records.back().size;
  }
  return records;
}

std::size_t trim(connection& on, log_time before, std::size_t limit) {
  const std::int64_t oldest = milliseconds_of(before);
  std::size_t trimmed = 0;
  for (const change_stream& stream : streams_of(on)) {
    // Stops at the first record to keep, so that a clock that was set back does not leave a gap.
    std::uint64_t last = 0;
    std::size_t found_here = 0;
    bool all = true;
    {
      statement found =
          on.prepare("SELECT sequence, created FROM changes WHERE stream = ?1 ORDER BY sequence");
      found.bind(1, stream.rows);
      while (found.step()) {
        if (trimmed + found_here == limit || found.signed_integer(1) >= oldest) {
          all = false;
          break;
        }
        last = found.integer(0);
        ++found_here;
      }
    }
    if (found_here != 0) {
      on.prepare("DELETE FROM changes WHERE stream = ?1 AND sequence <= ?2")
          .bind(1, stream.rows)
          .bind(2, last)
          .run();
      trimmed += found_here;
    }
    if (all && !stream.enabled) {
      on.prepare("DELETE FROM streams WHERE rows = ?1").bind(1, stream.rows).run();
    }
  }
  return trimmed;
}

}  // namespace store
}  // namespace dynamo::engine
