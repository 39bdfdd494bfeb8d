#include <dynamo/model/page.hpp>

#include <algorithm>
#include <tuple>

namespace dynamo {
namespace {

using detail::json_cursor;
using detail::raw_string;

// How far from the end the members behind the items are looked for. A LastEvaluatedKey that is
// longer is found by reading all of the page.
constexpr std::size_t tail_window = 4096;

bool is_empty_object(std::string_view json) {
  return json.find_first_not_of("{} \n\r\t") == std::string_view::npos;
}

bool read_capacity(json_cursor& cursor, std::optional<double>& out) {
  return cursor.object([&](const raw_string& key) {
    if (key.text != "CapacityUnits") return cursor.skip_value();
    double units = 0;
    if (!cursor.floating(units)) return false;
    out = units;
    return true;
  });
}

bool begins_known_member(std::string_view text) {
  return text.starts_with(R"(,"LastEvaluatedKey":)") || text.starts_with(R"(,"Count":)") ||
         text.starts_with(R"(,"ScannedCount":)") || text.starts_with(R"(,"ConsumedCapacity":)");
}

}  // namespace

result<page> page::open(body_buffer body) {
  page opened;
  opened.body_ = std::move(body);
  if (opened.body_.size() == 0 ||
      !((opened.read_front() && opened.read_tail()) || opened.read_all()) || !opened.has_count_) {
    error failure;
    failure.kind = errc::invalid_response;
    failure.message = "the response is not a page of items as DynamoDB sends it";
    return failure;
  }
  if (is_empty_object(opened.last_key_)) opened.last_key_ = {};
  opened.wanted = opened.count_;
  return opened;
}

bool page::ends_items(const char* position) const noexcept {
  return items_end_ == nullptr || items_end_ == position;
}

bool page::is_empty() const noexcept {
  if (items_ == nullptr) return true;
  json_cursor cursor(items_);
  return cursor.consume('[') && cursor.consume(']') && ends_items(cursor.position());
}

bool page::read_member(std::string_view key, json_cursor& cursor) {
  if (key == "Count") return has_count_ = cursor.unsigned_integer(count_);
  if (key == "ScannedCount") return cursor.unsigned_integer(scanned_count_);
  if (key == "ConsumedCapacity") return read_capacity(cursor, capacity_);
  if (key == "LastEvaluatedKey") {
    if (cursor.peek() != '{') return false;
    const char* const begin = cursor.position();
    if (!cursor.skip_value()) return false;
    last_key_ = {begin, static_cast<std::size_t>(cursor.position() - begin)};
    return true;
  }
  return cursor.skip_value();
}

// Reads the members before the items. False if the items are not found this way.
bool page::read_front() {
  json_cursor cursor(body_.data());
  if (!cursor.consume('{')) return false;
  raw_string key;
  while (cursor.string(key) && cursor.consume(':')) {
    if (key.text == "Items") {
      if (cursor.peek() != '[') return false;
      items_ = cursor.position();
      return true;
    }
    if (!read_member(key.text, cursor) || !cursor.consume(',')) return false;
  }
  return false;
}

// Reads the members behind the items without reading the items. A known name in quotes behind a
// comma is a name indeed: within a string its quotes would be escaped. It belongs to the page
// itself, and not to something nested, if nothing but members follows up to a brace that ends the
// text. And nothing is before it if the items end right there. Anything else: read_all.
bool page::read_tail() {
  const std::string_view text = body_.text();
  const std::string_view window = text.substr(text.size() - std::min(text.size(), tail_window));
  // By brackets, which are few: looking for the names costs more than a tenth of decoding.
  for (std::size_t at = window.find(']'); at != std::string_view::npos;
       at = window.find(']', at + 1)) {
    const std::string_view behind_items = window.substr(at + 1);
    if (begins_known_member(behind_items) && read_members(behind_items.data())) return true;
  }
  return false;
}

// Reads members from `behind_items` to the end of the text; changes nothing if that is not what is
// there.
bool page::read_members(const char* behind_items) {
  const auto before = std::tuple(count_, scanned_count_, has_count_, capacity_, last_key_);
  json_cursor cursor(behind_items);
  raw_string key;
  bool read = true;
  while (read && cursor.consume(',')) {
    read = cursor.string(key) && cursor.consume(':') && read_member(key.text, cursor);
  }
  read = read && cursor.consume('}');
  cursor.skip_space();
  if (read && cursor.position() == body_.data() + body_.size()) {
    items_end_ = behind_items;
    return true;
  }
  std::tie(count_, scanned_count_, has_count_, capacity_, last_key_) = before;
  return false;
}

bool page::read_all() {
  items_ = items_end_ = nullptr;
  count_ = scanned_count_ = 0;
  has_count_ = false;
  capacity_.reset();
  last_key_ = {};
  json_cursor cursor(body_.data());
  const bool whole = cursor.object([&](const raw_string& key) {
    if (key.text != "Items") return read_member(key.text, cursor);
    if (cursor.peek() != '[') return false;
    items_ = cursor.position();
    if (!cursor.skip_value()) return false;
    items_end_ = cursor.position();
    return true;
  });
  cursor.skip_space();
  return whole && cursor.position() == body_.data() + body_.size();
}

}  // namespace dynamo
