// One scan of the replayed users in one of the ways that the library offers.
#include "measure.hpp"

#include <dynamo/dynamo.hpp>
#include <dynamo/scan/raw_items.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <exception>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

template <class Text>
struct location_of {
  double lat = 0;
  double lon = 0;
};

template <class Text>
struct address_of {
  Text street, city, postcode, country;
  location_of<Text> location;
};

// Every attribute of the sample users; `Text` is std::string, or a view into the page.
template <class Text>
struct user_of {
  Text id, email, name, tenant_id, status, created_at, bio;
  std::optional<int> age;
  std::vector<Text> tags;
  address_of<Text> address;
  double score = 0;
};

}  // namespace

template <class Text>
inline constexpr auto dynamo::mapping<location_of<Text>> = dynamo::object_mapping(
    dynamo::field("lat", &location_of<Text>::lat), dynamo::field("lon", &location_of<Text>::lon));

template <class Text>
inline constexpr auto dynamo::mapping<address_of<Text>> =
    dynamo::object_mapping(dynamo::field("street", &address_of<Text>::street),
                           dynamo::field("city", &address_of<Text>::city),
                           dynamo::field("postcode", &address_of<Text>::postcode),
                           dynamo::field("country", &address_of<Text>::country),
                           dynamo::field("location", &address_of<Text>::location));

template <class Text>
inline constexpr auto dynamo::mapping<user_of<Text>> = dynamo::table_mapping(
    "users", dynamo::partition_key("id", &user_of<Text>::id),
    dynamo::sort_key("email", &user_of<Text>::email), dynamo::field("name", &user_of<Text>::name),
    dynamo::field("tenant_id", &user_of<Text>::tenant_id),
    dynamo::field("status", &user_of<Text>::status), dynamo::field("age", &user_of<Text>::age),
    dynamo::field("created_at", &user_of<Text>::created_at),
    dynamo::field("tags", &user_of<Text>::tags), dynamo::field("address", &user_of<Text>::address),
    dynamo::field("bio", &user_of<Text>::bio), dynamo::field("score", &user_of<Text>::score));

namespace {

using dynamo::bench::outcome;

dynamo::page_source pages_of(const dynamo::client& db, const dynamo::scan_options& options) {
  return dynamo::table<dynamo::item>(db, "users").pages(options);
}

template <class T>
dynamo::scan_stream<T> stream_of(const dynamo::table<T>& users,
                                 const dynamo::scan_options& options) {
  return options.segments == 1U ? users.stream_scan(options) : users.stream_parallel_scan(options);
}

void write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0) throw std::runtime_error("writing failed");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Every item to a file, as it stands, a line each.
outcome pass_through(const dynamo::client& db, const dynamo::scan_options& options) {
  outcome seen;
  const int file = open("/dev/null", O_WRONLY | O_CLOEXEC);
  std::string lines;
  auto source = pages_of(db, options);
  while (auto arrived = source.next().value()) {
    dynamo::raw_items items(*arrived);
    for (std::string_view item; items.next(item);) {
      lines.append(item).append(1, '\n');
      ++seen.items;
      if (lines.size() >= std::size_t{256} << 10) {
        write_all(file, lines);
        lines.clear();
      }
    }
  }
  write_all(file, lines);
  close(file);
  seen.bytes = source.progress().bytes;
  return seen;
}

outcome generic_items(const dynamo::client& db, const dynamo::scan_options& options) {
  outcome seen;
  seen.age_sum = 0;
  auto stream = stream_of(dynamo::table<dynamo::item>(db, "users"), options);
  for (const dynamo::item& item : stream) {
    ++seen.items;
    if (const auto* age = item.find("age")) *seen.age_sum += age->to<int>();
  }
  seen.bytes = stream.progress().bytes;
  return seen;
}

template <class Text>
outcome structs(const dynamo::client& db, const dynamo::scan_options& options) {
  outcome seen;
  seen.age_sum = 0;
  auto stream = stream_of(dynamo::table<user_of<Text>>(db), options);
  for (const auto& user : stream) {
    ++seen.items;
    *seen.age_sum += user.age.value_or(0);
  }
  seen.bytes = stream.progress().bytes;
  return seen;
}

using way = outcome (*)(const dynamo::client&, const dynamo::scan_options&);

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, way> ways = {{"pass-through", &pass_through},
                                           {"item", &generic_items},
                                           {"struct", &structs<std::string>},
                                           {"struct-view", &structs<std::string_view>}};
  CLI::App app("Scans the table users once and prints what that cost");
  dynamo::client_config config;
  config.region = "us-east-1";
  config.credentials = dynamo::static_credentials({"AKIDEXAMPLE", "not-a-secret"});
  std::string endpoint;
  std::string mode;
  std::uint32_t segments = 1;
  std::uint64_t expected = 0;
  app.add_option("--endpoint", endpoint)->required();
  app.add_option("--mode", mode)->required()->check(CLI::IsMember(ways));
  app.add_option("--segments", segments);
  app.add_option("--items-expected", expected);
  CLI11_PARSE(app, argc, argv);
  try {
    config.endpoint = endpoint;
    const dynamo::client db(config);
    dynamo::scan_options options;
    options.segments = segments;
    const dynamo::bench::measurement run;
    outcome seen = ways.at(mode)(db, options);
    const auto cost = run.finish();
    seen.name = fmt::format("dynamo {}", mode);
    if (expected != 0 && seen.items != expected) {
      throw std::runtime_error(fmt::format("{} items came, {} expected", seen.items, expected));
    }
    fmt::print("{}\n", dynamo::bench::json_line(seen, cost));
  } catch (const std::exception& failure) {
    fmt::print(stderr, "scan_bench: {}\n", failure.what());
    return 1;
  }
  return 0;
}
