// Any bytes as DynamoDB JSON: what is accepted must survive writing and reading again, in a generic
// item and in a mapped struct; an object that is used again must hold what a new one holds.
#include <dynamo/value/item_parser.hpp>
#include <dynamo/value/mapping.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

enum class level : std::uint8_t { low, high };

struct inner {
  std::string s;
  std::optional<std::int16_t> n;
  std::vector<std::string> l;
};

struct outer {
  std::string s;
  std::string_view view;
  std::int64_t n = 7;
  std::uint8_t small = 0;
  double d = 0;
  float f = 0;
  dynamo::number exact;
  bool flag = false;
  dynamo::bytes b;
  std::vector<std::string> l;
  std::vector<bool> flags;
  std::map<std::string, std::vector<int>> m;
  std::set<std::string> ss;
  std::set<int> ns;
  std::set<dynamo::number> numbers;
  std::set<dynamo::bytes> bs;
  std::optional<std::set<std::string>> maybe;
  std::optional<inner> child;
  std::vector<inner> children;
  std::vector<std::optional<inner>> holes;
  level grade = level::low;
  dynamo::attribute any;
  std::string escaped;
  std::string a_name_that_is_longer;
};

}  // namespace

template <>
struct dynamo::conversion<level> {
  static std::string_view to_attribute(level value) { return value == level::low ? "low" : "high"; }
  static std::optional<level> from_attribute(std::string_view stored) {
    if (stored == "low") return level::low;
    if (stored == "high") return level::high;
    return std::nullopt;
  }
};

template <>
inline constexpr auto dynamo::mapping<inner> =
    dynamo::object_mapping(dynamo::field_or("s", &inner::s, "none"), dynamo::field("n", &inner::n),
                           dynamo::optional_field("l", &inner::l));

template <>
inline constexpr auto dynamo::mapping<outer> = dynamo::table_mapping(
    "t", dynamo::partition_key("s", &outer::s), dynamo::field_or("v", &outer::view, "none"),
    dynamo::optional_field("n", &outer::n), dynamo::optional_field("u8", &outer::small),
    dynamo::optional_field("d", &outer::d), dynamo::optional_field("f", &outer::f),
    dynamo::optional_field("x", &outer::exact), dynamo::optional_field("flag", &outer::flag),
    dynamo::optional_field("b", &outer::b), dynamo::optional_field("l", &outer::l),
    dynamo::optional_field("lb", &outer::flags), dynamo::optional_field("m", &outer::m),
    dynamo::optional_field("ss", &outer::ss), dynamo::optional_field("ns", &outer::ns),
    dynamo::optional_field("nx", &outer::numbers), dynamo::optional_field("bs", &outer::bs),
    dynamo::field("o", &outer::maybe), dynamo::field("c", &outer::child),
    dynamo::optional_field("cs", &outer::children), dynamo::optional_field("h", &outer::holes),
    dynamo::optional_field("g", &outer::grade), dynamo::optional_field("a", &outer::any),
    dynamo::optional_field("q\"\\", &outer::escaped),
    dynamo::optional_field("a name of more than thirty-one characters",
                           &outer::a_name_that_is_longer));

namespace {

void require(bool holds) {
  if (!holds) std::abort();  // libFuzzer keeps the input of a program that aborts
}

// Exactly as much memory as the contract asks for, so that the sanitizer sees a byte too far.
class page {
 public:
  explicit page(std::string_view text) : block_(new char[text.size() + 64]) {
    if (!text.empty()) std::memcpy(block_.get(), text.data(), text.size());
    std::memset(block_.get() + text.size(), 0, 64);
  }
  [[nodiscard]] dynamo::detail::json_cursor begin() const {
    return dynamo::detail::json_cursor(block_.get());
  }

 private:
  std::unique_ptr<char[]> block_;
};

void read_generic(std::string_view text) {
  const page body(text);
  dynamo::detail::arena memory;
  dynamo::detail::decode_context context(body.begin(), memory);
  dynamo::detail::item_parser parser;
  dynamo::item item;
  if (!parser.parse(context, item)) {
    const bool mismatch = context.is_mismatch();
    const dynamo::error fault = context.take_error("t");
    require(!fault.message.empty() && !mismatch);
    return;
  }
  auto skipped = body.begin();
  require(skipped.skip_value() && skipped.position() == context.cursor.position());
  const dynamo::result<dynamo::owned_item> whole = dynamo::try_parse_json(item.raw_json());
  try {
    const dynamo::owned_item owned = item.to_owned();
    require(whole && *whole == owned);
    require(dynamo::parse_json(dynamo::to_json(owned)) == owned);
  } catch (const dynamo::exception& thrown) {
    require(thrown.kind() == dynamo::errc::invalid_value);
    require(!whole && whole.error() == thrown.details());
  }
}

// The struct in JSON, or nothing if the text is refused.
std::optional<std::string> read_typed(std::string_view text, outer& out, bool& storable) {
  const page body(text);
  dynamo::detail::arena memory;
  dynamo::detail::decode_context context(body.begin(), memory);
  if (!dynamo::detail::object_codec<outer>::decode(context, out)) {
    require(!context.take_error("t").message.empty());
    return std::nullopt;
  }
  try {
    return dynamo::to_json(out);
  } catch (const dynamo::exception& thrown) {
    // A double may be beyond what DynamoDB stores.
    require(thrown.kind() == dynamo::errc::invalid_argument);
    storable = false;
    return "";
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_generic(text);

  bool storable = true;
  outer fresh;
  const auto json = read_typed(text, fresh, storable);
  static outer reused;
  require(read_typed(text, reused, storable) == json);
  if (json && storable) {
    outer again;
    require(read_typed(*json, again, storable) == json);
  }
  return 0;
}
