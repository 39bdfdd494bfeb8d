#include "auth/sha256.hpp"
#include "scan/checkpoint.hpp"

#include <dynamo/core/body_buffer.hpp>
#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/json_cursor.hpp>
#include <dynamo/value/json_writer.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace dynamo::scan {
namespace {

using detail::append_json_key;
using detail::append_json_number;
using detail::append_json_text;
using detail::json_cursor;
using detail::raw_string;

// The text begins with this, a digest, and the end of its string. The digest covers the rest.
constexpr std::string_view mark = R"({"format":"dynamo-checkpoint","version":)";
constexpr std::string_view version = "1";
constexpr std::string_view before_digest = R"(,"sha256":")";
constexpr std::string_view behind_digest = R"(",)";
constexpr std::size_t digest_size = 64;

error unusable(std::string_view name, std::string_view what) {
  error failure;
  failure.kind = errc::checkpoint;
  failure.message = "the checkpoint '";
  ((failure.message += name) += "' ") += what;
  return failure;
}

// Segments of which nothing was read are left out.
void append_segments(std::string& out, const std::vector<checkpoint_segment>& segments) {
  append_json_key(out, "positions");
  out += '[';
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const checkpoint_segment& each = segments[i];
    if (each == checkpoint_segment()) continue;
    if (out.back() != '[') out += ',';
    out += "\n{";
    append_json_number(out, "segment", i);
    append_json_number(out, "items", each.items);
    append_json_number(out, "pages", each.pages);
    if (each.position.complete) {
      append_json_key(out, "complete");
      out += "true";
    } else if (!each.position.start_key.empty()) {
      append_json_key(out, "start_key");
      out += each.position.start_key;
    }
    out += '}';
  }
  out += ']';
}

// Reads the members of an object, each at most once.
class member_reader {
 public:
  explicit member_reader(json_cursor& cursor) : cursor_(&cursor) {}

  bool text(std::string& out) {
    raw_string raw;
    return cursor_->string(raw) && detail::text_of(raw, out);
  }
  template <class Number>
  bool number(Number& out, std::uint64_t most = std::numeric_limits<Number>::max()) {
    std::uint64_t value = 0;
    if (!cursor_->unsigned_integer(value) || value > most) return false;
    out = static_cast<Number>(value);
    return true;
  }
  bool key(std::string& out) {
    cursor_->skip_space();
    const char* const begin = cursor_->position();
    if (*begin != '{' || !cursor_->skip_value()) return false;
    out.assign(begin, cursor_->position());
    // It becomes a part of a request: it must be valid JSON.
    auto parsed = try_parse_json(out);
    return parsed && !parsed->empty();
  }

 private:
  json_cursor* cursor_;
};

bool read_segment(json_cursor& cursor, checkpoint& into, std::uint64_t& next) {
  member_reader read(cursor);
  checkpoint_segment found;
  std::uint64_t segment = 0;
  std::array<bool, 5> seen{};
  auto once = [&](std::size_t member) { return !std::exchange(seen[member], true); };
  const bool whole = cursor.object([&](const raw_string& key) {
    if (key.text == "segment") return once(0) && read.number(segment, max_segments - 1);
    if (key.text == "items") return once(1) && read.number(found.items);
    if (key.text == "pages") return once(2) && read.number(found.pages);
    if (key.text == "complete") {
      return once(3) && cursor.boolean(found.position.complete) && found.position.complete;
    }
    if (key.text == "start_key") return once(4) && read.key(found.position.start_key);
    return false;
  });
  // In ascending order, so that no segment occurs twice.
  if (!whole || !seen[0] || !seen[1] || !seen[2] || (seen[3] && seen[4]) || segment < next) {
    return false;
  }
  next = segment + 1;
  into.segments.resize(next);
  into.segments.back() = std::move(found);
  return true;
}

bool read_members(json_cursor& cursor, checkpoint& into) {
  member_reader read(cursor);
  scan_identity& of = into.of;
  std::array<bool, 14> seen{};
  auto once = [&](std::size_t member) { return !std::exchange(seen[member], true); };
  std::uint64_t next = 0;
  const bool whole = cursor.object([&](const raw_string& key) {
    if (key.text == "table") return once(0) && read.text(of.table);
    if (key.text == "arn") return once(1) && read.text(of.arn);
    if (key.text == "created") {
      return once(2) &&
             read.number(of.created, std::uint64_t{std::numeric_limits<std::int64_t>::max()});
    }
    if (key.text == "index") return once(3) && read.text(of.index);
    if (key.text == "filter") return once(4) && read.text(of.filter);
    if (key.text == "projection") return once(5) && read.text(of.projection);
    if (key.text == "names") return once(6) && read.text(of.names);
    if (key.text == "values") return once(7) && read.text(of.values);
    if (key.text == "select") return once(8) && read.text(of.select);
    if (key.text == "consistent") return once(9) && cursor.boolean(of.consistent);
    if (key.text == "limit") return once(10) && read.number(of.limit);
    if (key.text == "segments") return once(11) && read.number(of.segments, max_segments);
    if (key.text == "positions") {
      return once(12) && cursor.array([&] { return read_segment(cursor, into, next); });
    }
    if (key.text == "note") return once(13) && read.text(into.note);
    return false;
  });
  if (!whole || std::ranges::find(seen, false) != seen.end()) return false;
  if (of.segments == 0 || into.segments.size() > of.segments) return false;
  into.segments.resize(of.segments);
  return true;
}

}  // namespace

std::string to_text(const checkpoint& value) {
  const scan_identity& of = value.of;
  std::string members = "{";
  append_json_text(members, "table", of.table);
  append_json_text(members, "arn", of.arn);
  append_json_number(members, "created", static_cast<std::uint64_t>(of.created));
  append_json_text(members, "index", of.index);
  append_json_text(members, "filter", of.filter);
  append_json_text(members, "projection", of.projection);
  append_json_text(members, "names", of.names);
  append_json_text(members, "values", of.values);
  append_json_text(members, "select", of.select);
  append_json_key(members, "consistent");
  members += of.consistent ? "true" : "false";
  append_json_number(members, "limit", of.limit);
  append_json_number(members, "segments", of.segments);
  append_segments(members, value.segments);
  append_json_text(members, "note", value.note);
  members += "}\n";

  const std::string_view digested = std::string_view(members).substr(1);
  std::string text;
  text.reserve(members.size() + mark.size() + 100);
  ((text += mark) += version) += before_digest;
  ((text += auth::sha256_hex(digested)) += behind_digest) += digested;
  return text;
}

result<checkpoint> parse_checkpoint(std::string_view text, std::string_view name) {
  if (text.size() > max_checkpoint_bytes) {
    return unusable(name, "is not a checkpoint: it is longer than 256 MiB; use another file");
  }
  if (!text.starts_with(mark)) {
    return unusable(name, "is not a checkpoint; use another file");
  }
  text.remove_prefix(mark.size());
  const std::string_view stated = text.substr(0, text.find(','));
  if (stated != version) {
    return unusable(name, "has version " + std::string(stated.substr(0, 10)) +
                              ", and this program reads version " + std::string(version) +
                              "; use the program that wrote it");
  }
  constexpr std::string_view damaged =
      "is damaged: its digest does not match its contents; delete it to start again";
  text.remove_prefix(version.size());
  if (!text.starts_with(before_digest)) return unusable(name, damaged);
  text.remove_prefix(before_digest.size());
  const std::string_view digest = text.substr(0, digest_size);
  text.remove_prefix(digest.size());
  if (!text.starts_with(behind_digest)) return unusable(name, damaged);
  text.remove_prefix(behind_digest.size());
  if (auth::sha256_hex(text) != digest) return unusable(name, damaged);

  body_buffer padded(text.size() + 1);
  padded.append("{");
  padded.append(text);
  padded.finish();
  json_cursor cursor(padded.data());
  checkpoint read;
  const bool whole = read_members(cursor, read);
  cursor.skip_space();
  if (!whole || cursor.position() != padded.data() + padded.size()) {
    return unusable(
        name, "is invalid: its contents are not those of a checkpoint; delete it to start again");
  }
  return read;
}

}  // namespace dynamo::scan
