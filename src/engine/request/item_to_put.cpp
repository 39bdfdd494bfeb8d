#include "engine/request/item_to_put.hpp"

#include "engine/refusal.hpp"
#include "engine/request/value_reader.hpp"
#include "value/decimal.hpp"

#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/json_writer.hpp>
#include <dynamo/value/number.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace dynamo::engine {
namespace {

// Writes an item in canonical form directly from the text of the request, if it is plain. Items
// that may be invalid or have rare forms are left to `read_item`, which creates an object for each
// value: that would be most of the cost of a put.
class plain_writer {
 public:
  plain_writer(std::string& out, std::vector<const named_value*>& sorted)
      : out_(out), sorted_(sorted) {}

  // False: not plain; the output is incomplete and must be discarded.
  template <class Members>
  bool members(const Members& of, int level);

 private:
  bool value(const value_view& of, int level);
  bool number(std::string_view text);
  bool list(const value_view& of, int level);

  std::string& out_;
  std::vector<const named_value*>& sorted_;  // of all open maps
};

// NOLINTNEXTLINE(misc-no-recursion): limited by `max_nesting`
template <class Members>
bool plain_writer::members(const Members& of, int level) {
  const std::size_t begin = sorted_.size();
  for (const named_value& each : of) sorted_.push_back(&each);
  const std::size_t end = sorted_.size();
  const auto name = [](const named_value* member) { return member->name; };
  const auto first = sorted_.begin() + static_cast<std::ptrdiff_t>(begin);
  std::ranges::sort(first, sorted_.end(), {}, name);
  // A duplicate name counts once; an empty one is refused.
  if (std::ranges::adjacent_find(first, sorted_.end(), {}, name) != sorted_.end()) return false;
  if (begin != end && sorted_[begin]->name.empty()) return false;
  out_ += '{';
  for (std::size_t i = begin; i < end; ++i) {
    const named_value& member = *sorted_[i];
    if (member.name.size() > max_name_bytes) return false;
    if (i != begin) out_ += ',';
    detail::append_json_string(out_, member.name);
    out_ += ':';
    if (!value(member.value, level)) return false;
  }
  out_ += '}';
  sorted_.resize(begin);
  return true;
}

// NOLINTNEXTLINE(misc-no-recursion): as above
bool plain_writer::value(const value_view& of, int level) {
  switch (of.type()) {
    case value_type::string:
      out_ += "{\"S\":";
      detail::append_json_string(out_, of.as_string());
      break;
    case value_type::number:
      out_ += "{\"N\":\"";
      if (!number(of.number_text())) return false;
      out_ += '"';
      break;
    case value_type::boolean:
      out_ += of.as_bool() ? "{\"BOOL\":true" : "{\"BOOL\":false";
      break;
    case value_type::list:
      out_ += "{\"L\":";
      if (level == max_nesting || !list(of, level + 1)) return false;
      break;
    case value_type::map:
      out_ += "{\"M\":";
      if (level == max_nesting || !members(of.members(), level + 1)) return false;
      break;
    case value_type::null:  // may be false
    case value_type::binary:
    case value_type::string_set:
    case value_type::number_set:
    case value_type::binary_set:
      return false;
  }
  out_ += '}';
  return true;
}

bool plain_writer::number(std::string_view text) {
  if (detail::number_fault(text) != nullptr) return false;
  detail::append_canonical_number(out_, text);
  return true;
}

// NOLINTNEXTLINE(misc-no-recursion): as above
bool plain_writer::list(const value_view& of, int level) {
  out_ += '[';
  bool first = true;
  for (const value_view& element : of.elements()) {
    if (!std::exchange(first, false)) out_ += ',';
    if (!value(element, level)) return false;
  }
  out_ += ']';
  return true;
}

}  // namespace

// Returns nothing, without moving the reader, if the item is not plain.
std::optional<stored_item> item_to_put_reader::read_plain(json_reader& in) {
  nodes_.clear();
  json_.clear();
  sorted_.clear();
  detail::decode_context context(in.cursor(), nodes_);
  item parsed;
  if (!parser_.parse(context, parsed)) return std::nullopt;
  // An item that is too large is not copied. An item is never larger than its text.
  if (parsed.raw_json().size() > largest_item && size_of(parsed) > largest_item) {
    return std::nullopt;
  }
  if (!plain_writer(json_, sorted_).members(parsed, 1)) return std::nullopt;
  in.cursor() = context.cursor;
  return stored_item(json_, parser_);
}

stored_item item_to_put::take() && {
  if (!fault.empty()) refuse_invalid(std::move(fault));
  return *std::move(item);
}

item_to_put item_to_put_reader::read(json_reader& in) {
  item_to_put out;
  out.item = read_plain(in);
  if (out.item) return out;
  read_attributes read = read_item(in);
  if (read.fault.empty()) {
    out.item.emplace(read.values);
  } else {
    out.fault = std::move(read.fault);
  }
  return out;
}

}  // namespace dynamo::engine
