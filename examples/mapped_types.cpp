// What a mapping can store: nested structs, collections, defaults, a type of the program's, views.
#include "expect.hpp"

#include <dynamo/dynamo.hpp>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// [structs]
enum class state { open, paid };

struct line {
  std::string product;
  int quantity = 1;
};

struct order {
  std::string customer;                            // S
  long number = 0;                                 // N
  state progress = state::open;                    // S, through the conversion below
  std::vector<line> lines;                         // L of M
  std::map<std::string, std::string> labels = {};  // M
  std::set<std::string> tags;                      // SS
  dynamo::bytes signature = {};                    // B
  dynamo::number total;                            // N with all of its 38 digits
  std::optional<std::string> note = {};            // absent in the item: empty
  int priority = 3;                                // absent: stays 3
};

template <>
struct dynamo::conversion<state> {
  static std::string_view to_attribute(state value) {
    return value == state::paid ? "paid" : "open";
  }
  static std::optional<state> from_attribute(std::string_view stored) {
    if (stored == "open") return state::open;
    if (stored == "paid") return state::paid;
    return std::nullopt;  // errc::invalid_value, which names the attribute
  }
};

template <>
inline constexpr auto dynamo::mapping<line> = dynamo::object_mapping(
    dynamo::field("product", &line::product), dynamo::field("quantity", &line::quantity));

template <>
inline constexpr auto dynamo::mapping<order> = dynamo::table_mapping(
    "orders", dynamo::partition_key("customer", &order::customer),
    dynamo::sort_key("number", &order::number), dynamo::field("progress", &order::progress),
    dynamo::field("lines", &order::lines), dynamo::optional_field("labels", &order::labels),
    dynamo::optional_field("tags", &order::tags),
    dynamo::optional_field("signature", &order::signature), dynamo::field("total", &order::total),
    dynamo::field("note", &order::note), dynamo::optional_field("priority", &order::priority));
// [structs]

// [view]
struct order_view {
  std::string_view customer;
  long number = 0;
};

template <>
inline constexpr auto dynamo::mapping<order_view> =
    dynamo::table_mapping("orders", dynamo::partition_key("customer", &order_view::customer),
                          dynamo::sort_key("number", &order_view::number));
// [view]

int main() {
  try {
    const auto db = dynamo::client::in_memory();
    db.create_table({.table = "orders",
                     .key = {.partition_key = {"customer"},
                             .sort_key = dynamo::key_attribute{.name = "number",
                                                               .type = dynamo::key_type::number}}});
    // [use]
    const dynamo::table<order> orders(db);
    orders.put({.customer = "ada",
                .number = 1,
                .lines = {{.product = "pen", .quantity = 12}},
                .tags = {"gift"},
                .total = dynamo::number(12.5)});
    const std::optional<order> found = orders.get("ada", 1);
    // [use]
    expect(found && found->lines.size() == 1 && found->lines[0].quantity == 12, "the line");
    expect(found->tags.contains("gift") && !found->note && found->priority == 3, "the rest");

    // [read-view]
    std::size_t longest = 0;
    const dynamo::table<order_view> views(db);
    for (const order_view& each : views.stream_scan()) {
      longest = std::max(longest, each.customer.size());  // valid until the next page
    }
    // [read-view]
    expect(longest == 3, "the longest name");
    std::cout << "done\n";
  } catch (const dynamo::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
