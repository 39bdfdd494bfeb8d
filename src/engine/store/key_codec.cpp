#include "engine/store/key_codec.hpp"

#include "engine/store/ordered_bytes.hpp"

#include <limits>

namespace dynamo::engine {
namespace {

using store::append_big_endian;
using store::append_ordered;
using store::append_ordered_prefix;
using store::prefix_end;

void append_partition(std::string& out, key_type type, const value_view& value) {
  std::string encoded;
  append_ordered(encoded, type, value);
  append_big_endian(out, store::stable_hash(encoded));
  out += encoded;
}

void append_key(std::string& out, const key_schema& key, const item& of) {
  append_partition(out, key.partition_key.type, of[key.partition_key.name]);
  if (key.sort_key) append_ordered(out, key.sort_key->type, of[key.sort_key->name]);
}

bool fits(key_type type, value_type found) {
  switch (type) {
    case key_type::string:
      return found == value_type::string;
    case key_type::number:
      return found == value_type::number;
    case key_type::binary:
      return found == value_type::binary;
  }
  return false;
}

bool has(const item& of, const key_attribute& attribute) {
  const value_view* const found = of.find(attribute.name);
  return found != nullptr && fits(attribute.type, found->type());
}

// The first hash of a segment: the whole part of segment * 2^64 / total, without 128-bit
// arithmetic.
std::uint64_t first_hash(std::uint32_t segment, std::uint32_t total) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t share = most / total;
  const std::uint64_t rest = most % total + 1;  // of 2^64; `total` if it divides it
  return share * segment + rest * segment / total;
}

}  // namespace

std::string row_key(const key_schema& key, const item& of) {
  std::string out;
  append_key(out, key, of);
  return out;
}

std::optional<std::string> row_key(const table_definition& table, const table_index& index,
                                   const item& of) {
  if (!has(of, index.key.partition_key)) return std::nullopt;
  if (index.key.sort_key && !has(of, *index.key.sort_key)) return std::nullopt;
  std::string out;
  append_key(out, index.key, of);
  append_key(out, table.key, of);
  return out;
}

key_range range_of(const key_schema& key, const key_condition& wanted) {
  std::string partition;
  append_partition(partition, key.partition_key.type, wanted.partition);
  if (!wanted.sort || !key.sort_key) return {partition, prefix_end(partition)};
  const auto with = [&](const value_view& value) {
    std::string out = partition;
    append_ordered(out, key.sort_key->type, value);
    return out;
  };
  const sort_condition& sort = *wanted.sort;
  using comparison = sort_condition::comparison;
  switch (sort.how) {
    case comparison::equal: {
      const std::string found = with(sort.low);
      return {found, prefix_end(found)};
    }
    case comparison::less:
      return {partition, with(sort.low)};
    case comparison::less_or_equal:
      return {partition, prefix_end(with(sort.low))};
    case comparison::greater:
      return {prefix_end(with(sort.low)), prefix_end(partition)};
    case comparison::greater_or_equal:
      return {with(sort.low), prefix_end(partition)};
    case comparison::between:
      return {with(sort.low), prefix_end(with(sort.high))};
    case comparison::begins_with: {
      std::string prefix = partition;
      append_ordered_prefix(prefix, key.sort_key->type, sort.low);
      return {prefix, prefix_end(prefix)};
    }
  }
  return {partition, prefix_end(partition)};
}

key_range rest_of(key_range range, const std::string& key, bool ascending) {
  if (ascending) {
    // No key is a prefix of another: the first possible key after it is the key with a zero byte
    // appended.
    std::string behind = key + '\0';
    if (behind > range.begin) range.begin = std::move(behind);
  } else if (range.end.empty() || key < range.end) {
    range.end = key;
  }
  return range;
}

key_range range_of_segment(std::uint32_t segment, std::uint32_t total_segments) {
  key_range range;
  if (segment != 0) append_big_endian(range.begin, first_hash(segment, total_segments));
  if (segment + 1 < total_segments) {
    append_big_endian(range.end, first_hash(segment + 1, total_segments));
  }
  return range;
}

}  // namespace dynamo::engine
