// Decodes the page of decode_bench.cpp with simdjson On-Demand into the same structs: in one pass
// over the fields of each item, predicting the next field's name from the order of the previous
// item, and reusing the memory of parser, body and structs.
#include "micro/user_page.hpp"

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace dynamo::bench {
namespace {

namespace ondemand = simdjson::ondemand;

template <class T>
T number(std::string_view text) {
  T value{};
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) {
    throw std::runtime_error("not a number");
  }
  return value;
}

// Returns the value of the only member of {"S":"..."} or {"N":"..."}.
std::string_view scalar(ondemand::value value, std::string_view type) {
  return value.get_object().find_field(type).get_string();
}
// A copy, or a view into the parser's memory.
template <class Text>
void assign(Text& out, ondemand::value value) {
  out = scalar(value, "S");
}

// Calls `field(index, value)` for each member whose name is one of `names`, which are expected in
// this order.
template <std::size_t N, class Field>
void each_field(ondemand::object object, const std::array<std::string_view, N>& names,
                Field field) {
  std::size_t expected = 0;
  for (ondemand::field member : object) {
    const ondemand::raw_json_string key = member.key();
    for (std::size_t tried = 0; tried < N; ++tried) {
      const std::size_t at = (expected + tried) % N;
      if (!key.unsafe_is_equal(names[at])) continue;
      field(at, member.value());
      expected = at + 1;
      break;
    }
  }
}

template <class Text>
void decode(location_of<Text>& out, ondemand::object from) {
  static constexpr std::array<std::string_view, 2> names = {"lat", "lon"};
  each_field(from, names, [&](std::size_t at, ondemand::value value) {
    (at == 0 ? out.lat : out.lon) = number<double>(scalar(value, "N"));
  });
}

template <class Text>
void decode(address_of<Text>& out, ondemand::object from) {
  static constexpr std::array<std::string_view, 5> names = {"street", "city", "postcode", "country",
                                                            "location"};
  each_field(from, names, [&](std::size_t at, ondemand::value value) {
    switch (at) {
      case 0:
        return assign(out.street, value);
      case 1:
        return assign(out.city, value);
      case 2:
        return assign(out.postcode, value);
      case 3:
        return assign(out.country, value);
      default:
        return decode(out.location, value.get_object().find_field("M").get_object());
    }
  });
}

template <class Text>
void decode(std::vector<Text>& out, ondemand::array from) {
  std::size_t count = 0;
  for (ondemand::value each : from) {
    if (count == out.size()) out.emplace_back();
    assign(out[count++], each);
  }
  out.resize(count);
}

template <class Text>
void decode(user_of<Text>& out, ondemand::object from) {
  static constexpr std::array<std::string_view, 11> names = {
      "id",         "email", "name",    "tenant_id", "status", "age",
      "created_at", "tags",  "address", "bio",       "score"};
  out.age.reset();
  each_field(from, names, [&](std::size_t at, ondemand::value value) {
    switch (at) {
      case 0:
        return assign(out.id, value);
      case 1:
        return assign(out.email, value);
      case 2:
        return assign(out.name, value);
      case 3:
        return assign(out.tenant_id, value);
      case 4:
        return assign(out.status, value);
      case 5:
        out.age = number<int>(scalar(value, "N"));
        return;
      case 6:
        return assign(out.created_at, value);
      case 7:
        return decode(out.tags, value.get_object().find_field("L").get_array());
      case 8:
        return decode(out.address, value.get_object().find_field("M").get_object());
      case 9:
        return assign(out.bio, value);
      default:
        out.score = number<double>(scalar(value, "N"));
    }
  });
}

template <class Text>
void decode_page(benchmark::State& state) {
  const simdjson::padded_string text(user_page());
  ondemand::parser parser;
  std::vector<user_of<Text>> users;
  for (auto _ : state) {
    std::size_t count = 0;
    ondemand::document document = parser.iterate(text);
    for (ondemand::object each : document.find_field("Items").get_array()) {
      if (count == users.size()) users.emplace_back();
      decode(users[count++], each);
    }
    if (count != users_in_page) state.SkipWithError("not all users");
    benchmark::DoNotOptimize(users.data());
  }
  if (users != expected_users<Text>()) state.SkipWithError("other users than expected");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  // The implementations for finding brackets and quotes, and for iterating between them.
  state.SetLabel(simdjson::get_active_implementation()->name() + ", " +
                 SIMDJSON_STRINGIFY(SIMDJSON_BUILTIN_IMPLEMENTATION));
}

void skip(benchmark::State& state) {
  const simdjson::padded_string text(user_page());
  ondemand::parser parser;
  for (auto _ : state) {
    std::size_t count = 0;
    ondemand::document document = parser.iterate(text);
    for (ondemand::object each : document.find_field("Items").get_array()) {
      const std::string_view slice = each.raw_json();
      benchmark::DoNotOptimize(slice.data());
      ++count;
    }
    if (count != users_in_page) state.SkipWithError("not all users");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

BENCHMARK(decode_page<std::string>)->Name("simdjson/structs");
BENCHMARK(decode_page<std::string_view>)->Name("simdjson/structs_of_views");
BENCHMARK(skip)->Name("simdjson/raw_items");

}  // namespace
}  // namespace dynamo::bench
